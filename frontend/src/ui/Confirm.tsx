import { type ReactNode, useState } from "react";
import { Button } from "./Button";
import style from "./Confirm.module.css";
import { Dialog } from "./Dialog";

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** What the button that does it says. */
  action: string;
  isDangerous?: boolean;
  onConfirm: () => Promise<unknown>;
}

/** Asks before something that cannot be undone, or that costs. */
export function Confirm(props: ConfirmProps) {
  const { open, onClose, title, children, action, isDangerous, onConfirm } = props;
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <div>{children}</div>
      <div className={style.actions}>
        <Button onClick={onClose}>Not now</Button>
        <Button look={isDangerous ? "danger" : "primary"} disabled={busy} onClick={confirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
