import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { Button } from "./Button";
import style from "./DropArea.module.css";
import { droppedFiles } from "./dropped-files";

interface DropAreaProps {
  /** What happens when something is dropped here. */
  hint: string;
  /** For the button that opens a file chooser. */
  choose: string;
  accept: string;
  multiple?: boolean;
  /** Also offer to choose a whole folder. */
  folders?: boolean;
  disabled?: boolean;
  onFiles: (files: File[]) => void;
  /** Shown in place of the dashed box: then all of it takes what is dropped. */
  children?: ReactNode;
}

/** Files come in here: dropped (folders too), or chosen. */
export function DropArea(props: DropAreaProps) {
  const { hint, choose, accept, multiple, folders, disabled, onFiles, children } = props;
  const [over, setOver] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (files: File[]) => {
    if (files.length) onFiles(multiple ? files : files.slice(0, 1));
  };
  const carriesFiles = (event: DragEvent) =>
    !disabled && event.dataTransfer.types.includes("Files");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside do the same by keyboard
    <div
      className={children ? style.around : style.area}
      data-over={over > 0 || undefined}
      onDragEnter={(event) => carriesFiles(event) && setOver((depth) => depth + 1)}
      onDragLeave={(event) => carriesFiles(event) && setOver((depth) => Math.max(0, depth - 1))}
      onDragOver={(event) => carriesFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        event.stopPropagation();
        setOver(0);
        void droppedFiles(event.dataTransfer).then(take);
      }}
    >
      <div className={style.invitation}>
        <p>{hint}</p>
        <div className={style.buttons}>
          <Button size="s" disabled={disabled} onClick={() => input.current?.click()}>
            {choose}
          </Button>
          {folders && (
            <Button size="s" disabled={disabled} onClick={() => folder.current?.click()}>
              Choose a folder…
            </Button>
          )}
        </div>
      </div>
      {children}
      <Chooser ref={input} accept={accept} multiple={multiple} onFiles={take} />
      {folders && <Chooser ref={folder} accept={accept} multiple directory onFiles={take} />}
    </div>
  );
}

interface ChooserProps {
  ref: React.Ref<HTMLInputElement>;
  accept: string;
  multiple?: boolean;
  directory?: boolean;
  onFiles: (files: File[]) => void;
}

function Chooser({ ref, accept, multiple, directory, onFiles }: ChooserProps) {
  return (
    <input
      ref={ref}
      type="file"
      hidden
      tabIndex={-1}
      accept={accept}
      multiple={multiple}
      {...(directory ? { webkitdirectory: "" } : {})}
      onChange={(event) => {
        onFiles([...(event.target.files ?? [])]);
        event.target.value = "";
      }}
    />
  );
}
