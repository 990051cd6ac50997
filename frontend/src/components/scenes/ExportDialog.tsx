import { Download } from "lucide-react";
import { mediaUrl } from "@/api/client";
import type { Scene } from "@/api/types";
import { Dialog } from "@/ui/Dialog";
import { extent, number, playable, versionOf } from "./chain";
import style from "./ExportDialog.module.css";

interface ExportDialogProps {
  scene: Scene;
  open: boolean;
  onClose: () => void;
}

/** Everything of a scene to take along: joined, piece by piece, and how it was made. */
export function ExportDialog({ scene, open, onClose }: ExportDialogProps) {
  const ready = playable(scene.chain);
  const path = `/api/scenes/${scene.id}`;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Download “${scene.name}”`}
      about={`${extent(scene.chain, ready.length)}.`}
    >
      <ul className={style.whole}>
        <Offer
          href={`${path}/video?v=${versionOf(ready)}`}
          saveAs={`${scene.name}.mp4`}
          name="One clip"
          kind="MP4"
          about="All segments joined; the frame that two neighbours share appears once."
        />
        <Offer
          href={`${path}/export.zip`}
          saveAs={`${scene.name}.zip`}
          name="Everything"
          kind="ZIP"
          about="The joined clip, every segment’s clip and last frame, and the recipes."
        />
        <Offer
          href={`${path}/export`}
          saveAs={`${scene.name}.json`}
          name="Recipes"
          kind="JSON"
          about="How each segment was made: parameters, seed, LoRAs, workflow, QA and hashes."
        />
      </ul>
      <h3 className={style.heading}>Single segments</h3>
      <ul className={style.segments}>
        {ready.map(({ index, artefacts }) => (
          <li key={index}>
            <span className="number">{number(index)}</span>
            <a href={mediaUrl(artefacts?.video.key)} download={`segment-${number(index)}.mp4`}>
              <Download aria-hidden /> Clip
              <span className="visually-hidden"> of segment {number(index)}</span>
            </a>
            <a
              href={mediaUrl(artefacts?.last_frame.key)}
              download={`segment-${number(index)}.last.png`}
            >
              <Download aria-hidden /> Last frame
              <span className="visually-hidden"> of segment {number(index)}</span>
            </a>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

interface OfferProps {
  href: string;
  saveAs: string;
  name: string;
  kind: string;
  about: string;
}

function Offer({ href, saveAs, name, kind, about }: OfferProps) {
  return (
    <li>
      <a href={href} download={saveAs}>
        <Download aria-hidden />
        <span>
          <strong>{name}</strong> <small>{kind}</small>
          <span className={style.about}>{about}</span>
        </span>
      </a>
    </li>
  );
}
