import { beforeEach, describe, expect, test } from "vitest";
import { Clock, frameAt, SPEEDS } from "./clock";

let now = 0;
let clock: Clock;
const CLIP = { fps: 16, frames: 41 };

beforeEach(() => {
  now = 1000;
  clock = new Clock(() => now);
  clock.setClips([CLIP, CLIP]);
});

const pass = (ms: number) => {
  now += ms;
};

describe("a frame is due", () => {
  test("from its own time until that of the next one", () => {
    expect(frameAt(0, CLIP)).toBe(0);
    expect(frameAt(1 / 16 - 1e-4, CLIP)).toBe(0);
    expect(frameAt(1 / 16, CLIP)).toBe(1);
  });

  test("however its time was added up", () => {
    for (let frame = 0; frame < 400; frame += 1) {
      expect(frameAt(frame / 24, { fps: 24, frames: 1000 })).toBe(frame);
      expect(frameAt(frame / 29.97, { fps: 29.97, frames: 1000 })).toBe(frame);
    }
  });

  test("and the last one is held afterwards", () => {
    expect(frameAt(60, CLIP)).toBe(40);
  });
});

describe("playing", () => {
  test("moves by the time that passes, and stands still without", () => {
    pass(500);
    expect(clock.tick()).toBe(0);
    clock.play();
    pass(500);
    expect(clock.tick()).toBe(8);
    clock.pause();
    pass(500);
    expect(clock.tick()).toBe(8);
  });

  test("begins again at the end of the clip", () => {
    clock.play();
    pass((41 / 16) * 1000 + 130);
    expect(clock.tick()).toBe(2);
  });

  test("holds the last frame where it does not loop, and begins anew when played again", () => {
    clock.setLoops(false);
    clock.play();
    pass(60_000);
    expect(clock.tick()).toBe(40);
    expect(clock.isOver()).toBe(true);
    clock.seek(clock.ticks - 1);
    clock.pause();
    expect(clock.isOver()).toBe(false);
    clock.play();
    expect(clock.tick()).toBe(0);
  });

  test("goes on from where it is when the speed changes", () => {
    clock.play();
    pass(1000);
    clock.setSpeed(0.5);
    expect(clock.tick()).toBe(16);
    pass(1000);
    expect(clock.tick()).toBe(24);
  });

  test("is never behind where it began, though a frame callback names a moment before it", () => {
    clock.seek(5);
    clock.play();
    expect(clock.tick(now - 10)).toBe(5);
  });
});

test("speeds are changed one by one, and end where they end", () => {
  clock.setSpeed(1.5);
  clock.changeSpeed(1);
  clock.changeSpeed(1);
  expect(clock.speed).toBe(SPEEDS.at(-1));
});

describe("stepping", () => {
  test("pauses, and comes to every frame once", () => {
    clock.play();
    pass(70);
    clock.step(1);
    expect([clock.playing, clock.tick()]).toEqual([false, 2]);
    const seen = Array.from({ length: 41 }, () => {
      clock.step(1);
      return clock.tick();
    });
    expect(new Set(seen).size).toBe(41);
  });

  test("goes around the end only where it loops", () => {
    clock.step(-1);
    expect(clock.tick()).toBe(40);
    clock.setLoops(false);
    clock.step(1);
    expect(clock.tick()).toBe(40);
  });
});

describe("clips that differ", () => {
  const slow = { fps: 16, frames: 32 }; // 2 s
  const fast = { fps: 24, frames: 72 }; // 3 s

  beforeEach(() => clock.setClips([slow, fast]));

  test("are stepped by the frames of the fastest, each showing the frame of that time", () => {
    expect([clock.fps, clock.ticks, clock.mixed]).toEqual([24, 72, true]);
    clock.seek(3);
    expect([frameAt(clock.time(), slow), frameAt(clock.time(), fast)]).toEqual([2, 3]);
  });

  test("loop over the longest, and the shorter one holds its last frame", () => {
    clock.seek(71);
    expect([frameAt(clock.time(), slow), frameAt(clock.time(), fast)]).toEqual([31, 71]);
  });

  test("loop over what all have, if one asks for that", () => {
    clock.seek(71);
    clock.setOver("shortest");
    expect(clock.ticks).toBe(48);
    expect(clock.tick()).toBe(47);
    clock.play();
    pass(100);
    expect(clock.tick()).toBeLessThan(5);
  });
});

test("a place beyond the end is the end, and before any clip is known there is one frame", () => {
  clock.seek(1000);
  expect(clock.tick()).toBe(40);
  const empty = new Clock(() => now);
  empty.play();
  expect([empty.tick(now + 500), empty.ticks]).toEqual([0, 1]);
});
