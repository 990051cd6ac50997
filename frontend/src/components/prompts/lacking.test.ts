import { expect, test } from "vitest";
import { lackingSentence } from "./lacking";

const lacks = (name: string, ...unresolved: string[]) => ({ character_id: 1, name, unresolved });

test("nothing is said while everybody has all values", () => {
  expect(lackingSentence({ unresolved: [], lacking: [] }, "Ada")).toBeUndefined();
});

test("nothing is said of nobody", () => {
  expect(lackingSentence({ unresolved: ["name"], lacking: [] }, undefined)).toBeUndefined();
});

test("who has no value for what, and how to mend it", () => {
  const said = lackingSentence({ unresolved: ["hair", "mood"], lacking: [] }, "Ada");
  expect(said).toMatch(/^Ada has no value for \{hair\}, \{mood\}\. A test shot would be refused/);
  expect(said).toContain("{hair|…}");
});

test("others who lack the same are only named, a few of them", () => {
  const lacking = ["Bo", "Cy", "Di", "Ed", "Flo"].map((name) => lacks(name, "hair"));
  expect(lackingSentence({ unresolved: ["hair"], lacking }, "Ada")).toContain(
    "Nor have Bo, Cy, Di and 2 more.",
  );
});

test("others who lack something else are told apart", () => {
  const lacking = [lacks("Bo", "coat")];
  expect(lackingSentence({ unresolved: [], lacking }, "Ada")).toMatch(
    /^Bo has no value for \{coat\}\..+\{coat\|…\}\.$/,
  );
  expect(lackingSentence({ unresolved: ["hair"], lacking }, "Ada")).toMatch(
    /^Ada has no value for \{hair\}\. Bo has no value for \{coat\}\./,
  );
});
