import { Button } from "@/ui/Button";

interface TestShotButtonProps {
  sceneTypeId?: number;
  characterId?: number;
  sceneId?: number;
}

export function TestShotButton(_: TestShotButtonProps) {
  return (
    <Button look="primary" disabled>
      Test shot
    </Button>
  );
}
