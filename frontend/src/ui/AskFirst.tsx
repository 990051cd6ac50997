import { type ReactNode, useState } from "react";
import style from "./AskFirst.module.css";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { sayError } from "./toast";

interface AskFirstProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What the button says that does it. */
  yes: string;
  /** What the one says that does not. */
  no?: string;
  danger?: boolean;
  disabled?: boolean;
  /** The dialog closes once it is done; an error is said, and it stays. */
  run: () => Promise<unknown>;
  children: ReactNode;
}

/** Something that costs, or cannot be taken back: said first, done after a yes. */
export function AskFirst({
  open,
  onClose,
  title,
  yes,
  no = "Cancel",
  danger,
  disabled,
  run,
  children,
}: AskFirstProps) {
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      await run();
      onClose();
    } catch (error) {
      sayError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <form
        className={style.form}
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        {children}
        <footer className={style.actions}>
          <Button onClick={onClose}>{no}</Button>
          <Button type="submit" look={danger ? "danger" : "primary"} disabled={busy || disabled}>
            {yes}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
