import { act, renderHook } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import type { SceneType } from "@/api/types";
import { useDraft } from "./use-draft";

const saved = (more: Partial<SceneType> = {}): SceneType => ({
  id: 1,
  name: "Slow portrait",
  workflow_id: 2,
  prompts: { start: "{name}", continuation: null, full: null },
  negative_prompt: "",
  loras: [],
  slot_values: {},
  target_duration_s: 7.5,
  segment_duration_s: 2.5,
  duration_tolerance_s: 0,
  boundary: { mode: "last", window: 12 },
  qa: { mode: "advice", stop_hopeless: false, loop: false, limits: {} },
  seed: 42,
  created_by_id: 1,
  created_at: "2026-05-01T10:00:00Z",
  updated_at: "2026-05-01T10:00:00Z",
  ...more,
});

const LATER = "2026-05-01T11:00:00Z";

beforeEach(() => localStorage.clear());

test("what is typed is there again when the page is opened again, until it is saved", () => {
  const first = renderHook(() => useDraft(saved()));
  act(() => first.result.current.change({ seed: "7" }));
  first.unmount();

  const second = renderHook(() => useDraft(saved()));
  expect(second.result.current.draft.seed).toBe("7");
  expect(second.result.current.wasKept).toBe(true);

  act(() => second.result.current.reset(saved({ seed: 7, updated_at: LATER })));
  second.unmount();
  const third = renderHook(() => useDraft(saved({ seed: 7, updated_at: LATER })));
  expect(third.result.current.isDirty).toBe(false);
});

test("what somebody else saves is shown where nothing was changed, and said where something was", () => {
  const clean = renderHook(({ now }) => useDraft(now), { initialProps: { now: saved() } });
  clean.rerender({ now: saved({ name: "Fast portrait", updated_at: LATER }) });
  expect(clean.result.current.draft.name).toBe("Fast portrait");
  expect(clean.result.current.isDirty).toBe(false);
  clean.unmount();

  const dirty = renderHook(({ now }) => useDraft(now), { initialProps: { now: saved() } });
  act(() => dirty.result.current.change({ seed: "7" }));
  dirty.rerender({ now: saved({ name: "Fast portrait", updated_at: LATER }) });
  expect(dirty.result.current.draft.seed).toBe("7");
  expect(dirty.result.current.isOvertaken).toBe(true);
});
