import type { Shot } from "@/api/types";
import type { Player } from "./player";
import { clipFile } from "./shot-clip";
import { useClip } from "./use-clip";

/** Shows nothing: it decodes one test shot's clip for the player. */
export function ClipLoader({ player, shot, width }: { player: Player; shot: Shot; width: number }) {
  useClip(player, { id: shot.id, url: clipFile(shot), facts: shot.clip ?? undefined, width });
  return null;
}
