import { type CSSProperties, useState } from "react";
import { mediaUrl } from "@/api/client";
import { useProgress } from "@/api/progress";
import type { Chain, Segment } from "@/api/types";
import { Bar } from "@/ui/Bar";
import { percent, seconds } from "@/ui/format";
import { extent, lengthOf, number, playable, versionOf } from "./chain";
import style from "./SceneStage.module.css";

interface SceneStageProps {
  sceneId: number;
  chain: Chain;
  selected: Segment | undefined;
  /** The character's picture, for a chain that is not begun. */
  sourceUrl?: string;
}

/** The video: the whole scene, or the segment that is selected. */
export function SceneStage({ sceneId, chain, selected, sourceUrl }: SceneStageProps) {
  const shown = playable(chain);
  if (selected) {
    if (selected.status === "rendering" && !selected.artefacts) {
      return <Rendering sceneId={sceneId} index={selected.index} />;
    }
    const video = selected.artefacts?.video;
    if (!video) {
      return <Nothing text={`Segment ${number(selected.index)} is not rendered yet.`} />;
    }
    return (
      <Clip
        key={video.sha256}
        src={`${mediaUrl(video.key)}?v=${video.sha256.slice(0, 8)}`}
        label={`Segment ${number(selected.index)}`}
        clip={selected.clip}
        about={selected.clip ? seconds(selected.clip.duration_s) : ""}
      />
    );
  }
  if (!shown.length) {
    return <Nothing image={sourceUrl} text="No segment is rendered yet." />;
  }
  const version = versionOf(shown);
  return (
    <Clip
      key={version}
      src={`/api/scenes/${sceneId}/video?v=${version}`}
      label={extent(chain, shown.length)}
      clip={shown[0]?.clip}
      about={seconds(lengthOf(shown))}
    />
  );
}

interface ClipProps {
  src: string;
  label: string;
  about: string;
  clip: Segment["clip"];
}

function Clip({ src, label, about, clip }: ClipProps) {
  const ratio = clip ? clip.width / clip.height : 16 / 9;
  const [failed, setFailed] = useState(false);
  return (
    <figure className={style.stage} style={{ "--ratio": ratio } as CSSProperties}>
      {failed ? (
        <p className={style.nothing}>This browser cannot play the clip. Download it to see it.</p>
      ) : (
        <video
          src={src}
          aria-label={label}
          controls
          autoPlay
          muted
          loop
          playsInline
          onError={() => setFailed(true)}
        />
      )}
      <figcaption>
        <span>{label}</span>
        <span className="number">{about}</span>
      </figcaption>
    </figure>
  );
}

function Nothing({ image, text }: { image?: string; text: string }) {
  return (
    <figure className={style.stage}>
      <div className={style.empty}>{image && <img src={image} alt="" />}</div>
      <figcaption>{text}</figcaption>
    </figure>
  );
}

function Rendering({ sceneId, index }: { sceneId: number; index: number }) {
  const progress = useProgress(`scene:${sceneId}`);
  const fraction = progress?.fraction ?? 0;
  return (
    <figure className={style.stage}>
      <div className={style.empty}>
        {progress?.preview && (
          <img src={progress.preview} alt="A preview of what is rendered" data-live />
        )}
      </div>
      <Bar part={fraction} label={`Segment ${index} is rendered`} />
      <figcaption>
        <span>
          Segment {number(index)} renders{progress ? ` on ${progress.worker}` : ""}
        </span>
        <span className="number">{percent(fraction)}</span>
      </figcaption>
    </figure>
  );
}
