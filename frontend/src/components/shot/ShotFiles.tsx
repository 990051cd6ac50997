/** The files, each with the hash that proves what it is. */

import { Download } from "lucide-react";
import { mediaUrl } from "@/api/client";
import type { Shot } from "@/api/types";
import style from "./Facts.module.css";
import { Section } from "./Section";

const FILES = [
  { key: "video", name: "Clip" },
  { key: "last_frame", name: "Last frame, lossless" },
  { key: "poster", name: "Poster" },
  { key: "original", name: "As the backend made it" },
] as const;

export function ShotFiles({ shot }: { shot: Shot }) {
  const { artefacts } = shot;
  return (
    <Section title="Files and proof">
      <dl className={style.texts}>
        {FILES.map(({ key, name }) => {
          const file = artefacts?.[key];
          if (!file) return null;
          return (
            <div key={key}>
              <dt>
                <a href={mediaUrl(file.key)} download>
                  {name} <Download size={12} aria-hidden />
                </a>
                , {size(file.size_bytes)}
              </dt>
              <dd className={style.hash} title={`SHA-256 ${file.sha256}`}>
                {file.sha256}
              </dd>
            </div>
          );
        })}
        <div>
          <dt>
            {artefacts ? (
              <a href={`/api/test-shots/${shot.id}/export`} download={`test-shot-${shot.id}.json`}>
                Recipe, JSON <Download size={12} aria-hidden />
              </a>
            ) : (
              "Recipe hash"
            )}
          </dt>
          <dd className={style.hash} title={shot.recipe_hash}>
            {shot.recipe_hash}
          </dd>
        </div>
      </dl>
    </Section>
  );
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
