import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Footage, Moment, Picture } from "./footage";
import { single } from "./paint";
import { Player } from "./player";

const FRAME_MS = 1000 / 60;
const CLIP = { fps: 16, frames: 41 };

/** Footage that is some frames behind, as one that cannot keep up would be. */
class Behind implements Footage {
  readonly fps = CLIP.fps;
  readonly frames = CLIP.frames;
  readonly exact = true;
  readonly width = 832;
  readonly height = 480;
  disposed = false;
  followed: Moment | undefined;

  constructor(private readonly by: number) {}

  follow(moment: Moment): void {
    this.followed = moment;
  }

  picture(frame: number): Picture {
    const image = {} as CanvasImageSource;
    return { image, frame: Math.max(0, frame - this.by), width: 832, height: 480 };
  }

  async sharp(): Promise<undefined> {}

  dispose(): void {
    this.disposed = true;
  }
}

/** There is no canvas here; what a real one shows is measured in a browser. */
function canvas(): { element: HTMLCanvasElement; drawn: number } {
  const counted = { element: { width: 832, height: 480 } as HTMLCanvasElement, drawn: 0 };
  const context = {
    clearRect: () => {},
    drawImage: () => {
      counted.drawn += 1;
    },
  };
  counted.element.getContext = (() => context) as unknown as HTMLCanvasElement["getContext"];
  return counted;
}

let player: Player;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["requestAnimationFrame", "cancelAnimationFrame", "performance"] });
  player = new Player();
  player.setClips([
    { id: 7, facts: CLIP },
    { id: 9, facts: CLIP },
  ]);
});

afterEach(() => {
  player.stop();
  vi.useRealTimers();
});

function show(id: number, footage: Footage) {
  const shown = canvas();
  player.load(id, footage);
  player.attach(shown.element, { clips: [id], paint: single, edge: 0.5 });
  return shown;
}

test("every cell shows the due frame in the same frame callback", () => {
  show(7, new Behind(0));
  show(9, new Behind(0));
  player.tell((clock) => clock.play());
  vi.advanceTimersByTime(1000);
  expect(player.sync.samples).toBeGreaterThan(50);
  expect(player.sync).toMatchObject({ skewed: 0, maxSkewFrames: 0 });
  expect(player.drawn[0]).toBeGreaterThan(13);
  expect(player.drawn[0]).toBe(player.drawn[1]);
});

test("a clip that is behind is told, and by how many frames", () => {
  show(7, new Behind(0));
  show(9, new Behind(2));
  player.tell((clock) => {
    clock.seek(10);
    clock.play();
  });
  vi.advanceTimersByTime(500);
  expect(player.sync.skewed).toBe(player.sync.samples);
  expect(player.sync.maxSkewFrames).toBe(2);
});

test("what has not changed is not drawn again", () => {
  const { element } = show(7, new Behind(0));
  vi.advanceTimersByTime(FRAME_MS * 2);
  const shown = canvas();
  player.detach(element);
  player.attach(shown.element, { clips: [7], paint: single, edge: 0.5 });
  player.tell((clock) => clock.play());
  vi.advanceTimersByTime(1000);
  // 16 frames in 60 frame callbacks, and the first drawing.
  expect(shown.drawn).toBeGreaterThan(14);
  expect(shown.drawn).toBeLessThan(20);
});

test("it rests while nothing plays and nothing changes", () => {
  show(7, new Behind(0));
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
});

test("footage that is replaced or removed is closed", () => {
  const [first, second] = [new Behind(0), new Behind(0)];
  player.load(7, first);
  player.load(7, second);
  expect([first.disposed, second.disposed]).toEqual([true, false]);
  player.unload(7);
  expect(second.disposed).toBe(true);
});

test("at the end it stops where it does not loop", () => {
  const footage = new Behind(0);
  show(7, footage);
  player.tell((clock) => {
    clock.setLoops(false);
    clock.play();
  });
  vi.advanceTimersByTime(4000);
  expect(player.state).toMatchObject({ playing: false, tick: 40 });
  expect(footage.followed).toMatchObject({ frame: 40, playing: false });
});
