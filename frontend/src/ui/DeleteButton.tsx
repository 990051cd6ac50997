import { Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { AskFirst } from "./AskFirst";
import type { ButtonProps } from "./Button";
import { IconButton } from "./IconButton";

interface DeleteButtonProps extends Pick<ButtonProps, "look"> {
  label: string;
  /** Of the question. */
  title: string;
  no?: string;
  run: () => Promise<unknown>;
  /** What goes with it. */
  children: ReactNode;
}

/** Deletes something after a yes. */
export function DeleteButton({ label, look = "plain", ...question }: DeleteButtonProps) {
  const [asks, setAsks] = useState(false);
  return (
    <>
      <IconButton icon={Trash2} look={look} label={label} onClick={() => setAsks(true)} />
      <AskFirst {...question} open={asks} onClose={() => setAsks(false)} yes="Delete" danger />
    </>
  );
}
