import { expect, test } from "vitest";
import { fill, unresolved } from "./prompts";

const facts = {
  name: "Mina",
  hair: " red ",
  outfit: { colour: "blue" },
  tags: ["a", "b"],
  "a.b": 1,
};
const text = (template: string) =>
  fill(template, facts)
    .map((piece) => piece.text)
    .join("");

test.each([
  ["{name}, {hair} hair", "Mina, red hair"],
  ["{ outfit.colour } coat", "blue coat"],
  ["{eyes|green} eyes", "green eyes"],
  ["{{name}} {tags}", "{name} a, b"],
  ["{a.b}", "1"],
  ["{eyes}", "{eyes}"],
  ["{outfit}", "{outfit}"],
])("%s is %s", (template, filled) => expect(text(template)).toBe(filled));

test("what has no value is named once", () => {
  expect(unresolved(fill("{eyes} {name} {eyes} {mood}", facts))).toEqual(["{eyes}", "{mood}"]);
});
