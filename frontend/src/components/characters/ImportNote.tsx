import { Bar } from "@/ui/Bar";
import { Button } from "@/ui/Button";
import list from "@/ui/catalogue.module.css";
import type { Import } from "./import-images";

/** How far an import is, and what of it failed. */
export function ImportNote({ progress, onClose }: { progress?: Import; onClose: () => void }) {
  if (!progress) return null;
  const { total, done, failed, isRunning } = progress;
  return (
    <div className={list.note} data-tone={failed.length ? "warn" : undefined} role="status">
      <p className={`${list.line} ${list.spread}`}>
        <span>
          {done - failed.length} of {total} files are imported
          {failed.length > 0 && `; ${failed.length} could not be`}.
        </span>
        {!isRunning && (
          <Button size="s" onClick={onClose}>
            Close
          </Button>
        )}
      </p>
      {isRunning && <Bar part={total ? done / total : 1} label="Images are imported" />}
      {failed.length > 0 && (
        <ul className={list.faint}>
          {failed.map(({ name, why }) => (
            <li key={name}>
              {name}: {why}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
