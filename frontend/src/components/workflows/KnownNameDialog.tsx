import { useState } from "react";
import { AskFirst } from "@/ui/AskFirst";
import { NameField } from "@/ui/NameField";

interface KnownNameDialogProps {
  file: File;
  onClose: () => void;
  onName: (name: string) => Promise<void>;
}

/** A workflow is called as the file is, and differs: a new version of it, or another workflow? */
export function KnownNameDialog({ file, onClose, onName }: KnownNameDialogProps) {
  const known = file.name.replace(/\.[^.]+$/, "");
  const [name, setName] = useState(known);
  const isVersion = name.trim() === known;
  return (
    <AskFirst
      open
      onClose={onClose}
      title={`There is a workflow “${known}”`}
      yes={isVersion ? "Make a new version" : "Make a new workflow"}
      disabled={!name.trim()}
      run={() => onName(name.trim())}
    >
      <p>
        The file differs from it. Under this name it becomes a new version; what was asked for with
        an earlier one keeps that.
      </p>
      <NameField value={name} onChange={setName} hint="Another name makes another workflow." />
    </AskFirst>
  );
}
