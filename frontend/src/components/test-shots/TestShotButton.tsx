/** The way to a test shot from anywhere: it opens the panel with what is known there. */

import { Clapperboard } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Shot } from "@/api/types";
import { useMay } from "@/session/session";
import { Button, type ButtonProps } from "@/ui/Button";
import { TestShotPanel } from "./TestShotPanel";

interface TestShotButtonProps {
  sceneTypeId?: number;
  characterId?: number;
  sceneId?: number;
  /** Begin with the parameters of this one, beside what was being edited. */
  from?: Shot;
  look?: ButtonProps["look"];
  children?: ReactNode;
}

export function TestShotButton({ look = "primary", children, ...target }: TestShotButtonProps) {
  const [open, setOpen] = useState(false);
  if (!useMay("creator")) return null;
  return (
    <>
      <Button look={look} onClick={() => setOpen(true)}>
        {children ?? (
          <>
            <Clapperboard aria-hidden />
            Test shot
          </>
        )}
      </Button>
      {open && <TestShotPanel {...target} onClose={() => setOpen(false)} />}
    </>
  );
}
