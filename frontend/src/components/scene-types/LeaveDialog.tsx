import { Button } from "@/ui/Button";
import list from "@/ui/catalogue.module.css";
import { Dialog } from "@/ui/Dialog";

interface LeaveDialogProps {
  onStay: () => void;
  onLeave: () => void;
  onDiscard: () => void;
  onSave: () => Promise<void>;
}

export function LeaveDialog({ onStay, onLeave, onDiscard, onSave }: LeaveDialogProps) {
  return (
    <Dialog
      open
      onClose={onStay}
      title="There are unsaved changes"
      about="Kept changes stay in this browser, and are shown when you come back."
    >
      <div className={list.actions}>
        <Button look="danger" onClick={onDiscard}>
          Discard them
        </Button>
        <Button onClick={onLeave}>Keep them, and leave</Button>
        <Button look="primary" onClick={() => void onSave()}>
          Save
        </Button>
      </div>
    </Dialog>
  );
}
