import { expect, test } from "vitest";
import { droppedFiles } from "./dropped-files";

const file = (fullPath: string) => {
  const name = fullPath.split("/").at(-1)!;
  return {
    name,
    fullPath,
    isFile: true,
    file: (give: (file: File) => void) => give(new File([fullPath], name)),
  };
};

function folder(fullPath: string, entries: unknown[], atOnce = 2) {
  return {
    name: fullPath.split("/").at(-1)!,
    fullPath,
    isFile: false,
    createReader: () => {
      const left = [...entries];
      return { readEntries: (give: (some: unknown[]) => void) => give(left.splice(0, atOnce)) };
    },
  };
}

const dropped = (...entries: unknown[]) =>
  ({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })) }) as never;

test("folders are emptied to the last file, though browsers give some at a time", async () => {
  const many = folder(
    "/p",
    [1, 10, 2, 3, 4].map((one) => file(`/p/${one}.png`)),
  );
  const files = await droppedFiles(
    dropped(many, folder("/q", [folder("/q/r", [file("/q/r/x.png")])])),
  );
  expect(files.map(({ name }) => name)).toEqual([
    "1.png",
    "2.png",
    "3.png",
    "4.png",
    "10.png",
    "x.png",
  ]);
});

test("hidden files are left out", async () => {
  const files = await droppedFiles(dropped(folder("/p", [file("/p/.DS_Store"), file("/p/a.png")])));
  expect(files.map(({ name }) => name)).toEqual(["a.png"]);
});
