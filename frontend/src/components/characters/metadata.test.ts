import { expect, test } from "vitest";
import { metadataOf, newRow, placeholders, rowsOf } from "./metadata";

test("what is edited and saved unchanged is what it was, kinds and all", () => {
  const metadata = {
    hair: "red",
    size: "5",
    age: 31,
    outfit: { colour: "blue" },
    tags: ["a"],
    no: null,
  };
  expect(metadataOf(rowsOf(metadata))).toEqual({ metadata, faults: {} });
});

test("a row that cannot be saved says why", () => {
  const rows = [
    newRow("a", "1"),
    newRow("a", "2"),
    newRow("", "x"),
    newRow("b", "{", "json"),
    newRow(),
  ];
  const { metadata, faults } = metadataOf(rows);
  expect(metadata).toEqual({ a: "1" });
  expect(Object.keys(faults).map(Number)).toEqual([rows[1]!.id, rows[2]!.id, rows[3]!.id]);
});

test("placeholders reach into objects, and lists read as text", () => {
  expect(
    placeholders({ hair: "red", outfit: { colour: "blue", none: "" }, tags: ["a", "b"] }),
  ).toEqual([
    ["hair", "red"],
    ["outfit.colour", "blue"],
    ["tags", "a, b"],
  ]);
});
