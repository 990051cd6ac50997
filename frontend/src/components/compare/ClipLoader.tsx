import type { Player } from "./player";
import type { Seen } from "./shot-clip";
import { useClip } from "./use-clip";

/** Shows nothing: it decodes one clip for the player, so wide. */
export function ClipLoader({ player, clip, width }: { player: Player; clip: Seen; width: number }) {
  useClip(player, { id: clip.id, url: clip.url, facts: clip.facts, width });
  return null;
}
