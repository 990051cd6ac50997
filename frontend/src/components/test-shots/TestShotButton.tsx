import { Clapperboard } from "lucide-react";
import { Button } from "@/ui/Button";
export function TestShotButton(_: {
  sceneTypeId?: number;
  characterId?: number;
  sceneId?: number;
}) {
  return (
    <Button look="primary">
      <Clapperboard aria-hidden />
      Test shot
    </Button>
  );
}
