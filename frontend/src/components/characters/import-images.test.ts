import { expect, test } from "vitest";
import { characterName, type Import, importImages } from "./import-images";

const image = (name: string) => new File(["x"], name, { type: "image/png" });

test("a character is named by its file", () => {
  expect(characterName("mina_red-hair.v2.jpg")).toBe("mina red-hair.v2");
});

test("each image is imported once, and one that fails stops no other", async () => {
  const seen: string[] = [];
  const told: Import[] = [];
  const files = [..."abcdefg"].map((name) => image(`${name}.png`));
  const end = await importImages(
    files,
    async ({ name }) => {
      seen.push(name);
      if (name === "c.png") throw new Error("It is too large.");
    },
    (progress) => told.push(progress),
  );
  expect(seen.sort()).toEqual(files.map(({ name }) => name));
  expect(end).toEqual({
    total: 7,
    done: 7,
    failed: [{ name: "c.png", why: "It is too large." }],
    isRunning: false,
  });
  expect(told[0]!.isRunning).toBe(true);
});

test("what is no image is said, and not sent", async () => {
  const end = await importImages(
    [new File(["x"], "notes.txt")],
    () => Promise.reject(),
    () => {},
  );
  expect(end.failed).toEqual([{ name: "notes.txt", why: "It is no PNG, JPEG or WebP." }]);
  expect(end.isRunning).toBe(false);
});
