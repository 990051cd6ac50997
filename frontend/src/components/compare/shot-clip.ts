/** What the comparison says of a test shot and its clip. */

import { mediaUrl } from "@/api/client";
import type { Shot } from "@/api/types";
import type { Facts } from "./clock";
import type { Size } from "./view";

/** A clip as a screen shows it, whoever made it. */
export interface Seen {
  id: number;
  name: string;
  /** Undefined while, or because, there is no file. */
  url: string | undefined;
  poster: string | undefined;
  facts: (Facts & Size) | undefined;
  /** Why there is no file. */
  missing?: string;
}

export function seen(shot: Shot): Seen {
  const url = mediaUrl(shot.output_video_path);
  return {
    id: shot.id,
    name: shotName(shot),
    url,
    poster: mediaUrl(shot.poster_path),
    facts: shot.clip ?? undefined,
    missing: url ? undefined : whyMissing(shot),
  };
}

export function shotName(shot: Shot): string {
  return shot.label ? `${shot.character.name}, ${shot.label}` : shot.character.name;
}

/** Until its clip is known, it is thought to be as others most often are. */
export function sizeOf(clip: Seen | undefined): Size {
  return clip?.facts ?? { width: 16, height: 9 };
}

function whyMissing({ status }: Shot): string {
  if (status === "failed") return "It failed, so there is no clip.";
  if (status === "cancelled") return "It was cancelled, so there is no clip.";
  return "It is not rendered yet. Its clip appears here when it is.";
}
