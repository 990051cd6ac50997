import { useState } from "react";
import { counted } from "@/ui/format";
import { say } from "@/ui/toast";
import { type Import, importImages } from "./import-images";

/** An import and how far it is; `what` is said when all went well: `character`. */
export function useImport(each: (file: File) => Promise<unknown>, what: string) {
  const [progress, setProgress] = useState<Import>();
  const run = async (files: File[]) => {
    const end = await importImages(files, each, setProgress);
    if (end.failed.length) return;
    say(`${counted(end.total, `${what} is`, `${what}s are`)} imported.`);
    setProgress(undefined);
  };
  return { progress, run, forget: () => setProgress(undefined) };
}
