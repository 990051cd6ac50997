/** What the comparison says of a test shot and its clip. */

import { mediaUrl } from "@/api/client";
import type { Shot } from "@/api/types";
import type { Size } from "./view";

export function clipFile(shot: Shot): string | undefined {
  return mediaUrl(shot.output_video_path);
}

/** Until its clip is known, a test shot is thought to be as the others most often are. */
export function clipSize(shot: Shot | undefined): Size {
  return shot?.clip ?? { width: 16, height: 9 };
}

export function shotName(shot: Shot): string {
  return shot.label ? `${shot.character.name}, ${shot.label}` : shot.character.name;
}

/** Why there is no clip to show. */
export function whyNoClip({ status }: Shot): string | undefined {
  if (status === "failed") return "It failed, so there is no clip.";
  if (status === "cancelled") return "It was cancelled, so there is no clip.";
  return "It is not rendered yet. Its clip appears here when it is.";
}
