import { expect, test } from "vitest";
import { ago, counted, parameter, percent, seconds } from "./format";

test.each([
  [0, "0 s"],
  [0.254, "0.25 s"],
  [8.21, "8.2 s"],
  [41.4, "41 s"],
  [200, "3 min"],
  [7500, "2 h 5 min"],
  [7200, "2 h"],
  [null, "unknown"],
])("%s seconds are %s", (value, text) => expect(seconds(value)).toBe(text));

test("things are counted in words", () => {
  expect([0, 1, 2].map((count) => counted(count, "vote"))).toEqual([
    "0 votes",
    "1 vote",
    "2 votes",
  ]);
  expect(counted(3, "person", "people")).toBe("3 people");
});

test("moments are told by how long ago they are", () => {
  const now = Date.parse("2026-05-02T12:00:00Z");
  expect(ago("2026-05-02T11:59:30Z", now)).toBe("just now");
  expect(ago("2026-05-02T11:15:00Z", now)).toBe("45 min ago");
  expect(ago("2026-04-30T12:00:00Z", now)).toBe("2 d ago");
});

test("small parts are not rounded to nothing", () => {
  expect(percent(0.004)).toBe("0.4 %");
  expect(percent(0.052)).toBe("5 %");
});

test("a weight is shown without the noise of binary fractions", () => {
  expect(parameter(0.1 + 0.2)).toBe("0.3");
});
