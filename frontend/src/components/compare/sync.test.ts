import { expect, test } from "vitest";
import { SyncMeter } from "./sync";

test("the cell that is farthest from its due frame is the skew", () => {
  const meter = new SyncMeter();
  meter.record([
    { drawn: 4, due: 4 },
    { drawn: 4, due: 4 },
  ]);
  meter.record([
    { drawn: 4, due: 5 },
    { drawn: 8, due: 5 },
  ]);
  expect(meter.sync).toMatchObject({ samples: 2, skewed: 1, maxSkewFrames: 3, skewFrames: 3 });
  meter.record([{ drawn: 5, due: 5 }]);
  expect(meter.sync).toMatchObject({ samples: 3, skewed: 1, maxSkewFrames: 3, skewFrames: 0 });
});

test("without a cell there is nothing to measure", () => {
  const meter = new SyncMeter();
  meter.record([]);
  expect(meter.sync.samples).toBe(0);
});

test("measured anew it knows nothing of before", () => {
  const meter = new SyncMeter();
  meter.record([{ drawn: 1, due: 2 }]);
  meter.reset();
  expect(meter.sync).toMatchObject({ samples: 0, skewed: 0, maxSkewFrames: 0 });
});
