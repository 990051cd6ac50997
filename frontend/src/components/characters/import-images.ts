/** Many images at once: what each file becomes, and how far the import is. */

export interface Import {
  total: number;
  /** Imported or failed. */
  done: number;
  /** What could not be imported, and why. */
  failed: { name: string; why: string }[];
  isRunning: boolean;
}

const IMAGE = /\.(png|jpe?g|webp)$/i;
/** At once: uploads wait for the network, and the api decodes each picture. */
const AT_ONCE = 3;

export function isImage(file: Pick<File, "name" | "type">): boolean {
  return /^image\/(png|jpeg|webp)$/.test(file.type) || (!file.type && IMAGE.test(file.name));
}

/** `mina_red-hair.jpg` is the character `mina red-hair`. */
export function characterName(fileName: string): string {
  const stem = fileName
    .replace(/\.[^.]+$/, "")
    .replaceAll("_", " ")
    .trim();
  return stem.slice(0, 200) || "Unnamed";
}

/** Do it for each image, a few at once; one that fails does not stop the others. */
export async function importImages(
  files: File[],
  each: (file: File) => Promise<unknown>,
  tell: (progress: Import) => void,
): Promise<Import> {
  const images = files.filter(isImage);
  const failed = files
    .filter((file) => !isImage(file))
    .map(({ name }) => ({ name, why: "It is no PNG, JPEG or WebP." }));
  const progress = {
    total: files.length,
    done: failed.length,
    failed,
    isRunning: images.length > 0,
  };
  const left = images.values();
  const work = async () => {
    for (const file of left) {
      try {
        await each(file);
      } catch (error) {
        failed.push({
          name: file.name,
          why: error instanceof Error ? error.message : String(error),
        });
      }
      progress.done += 1;
      tell({ ...progress });
    }
  };
  tell({ ...progress });
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  progress.isRunning = false;
  tell({ ...progress });
  return progress;
}
