/** What a person dropped, with every file of the folders among it. */

/** In the order of their paths, so that 2 comes before 10. */
export async function droppedFiles(data: DataTransfer): Promise<File[]> {
  // Entries have to be taken before the first await: the list is emptied when the event ends.
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (!entries.length) return [...data.files];
  const files = (await Promise.all(entries.map(filesOf))).flat();
  return files
    .sort((a, b) => a.path.localeCompare(b.path, undefined, { numeric: true }))
    .map(({ file }) => file);
}

interface Found {
  path: string;
  file: File;
}

async function filesOf(entry: FileSystemEntry): Promise<Found[]> {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path: entry.fullPath, file }];
  }
  const found: Found[] = [];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A browser gives a hundred at a time, and none when there are no more.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (!some.length) return found;
    found.push(...(await Promise.all(some.map(filesOf))).flat());
  }
}
