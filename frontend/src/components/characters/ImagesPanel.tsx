import { Star, Trash2 } from "lucide-react";
import type { Character } from "@/api/types";
import { DropArea } from "@/ui/DropArea";
import { IconButton } from "@/ui/IconButton";
import { Panel } from "@/ui/Panel";
import { sayError } from "@/ui/toast";
import { addImage, IMAGES, makePrimary, removeImage } from "./actions";
import style from "./Characters.module.css";
import { ImportNote } from "./ImportNote";
import { useImport } from "./use-import";

interface ImagesPanelProps {
  character: Character;
  disabled: boolean;
}

/** The source images; the primary one seeds segment 1 of what is made with the character. */
export function ImagesPanel({ character, disabled }: ImagesPanelProps) {
  const { progress, run, forget } = useImport((file) => addImage(character.id, file), "image");
  return (
    <Panel
      title="Source images"
      about="The primary image seeds segment 1, unless a scene asks for another."
    >
      <ImportNote progress={progress} onClose={forget} />
      <DropArea
        hint="Drop images here."
        choose="Choose images…"
        accept={IMAGES}
        multiple
        disabled={disabled || progress?.isRunning}
        onFiles={(files) => void run(files)}
      >
        <ul className={style.images}>
          {character.images.map((image) => (
            <li key={image.id} className={style.image} data-primary={image.is_primary || undefined}>
              <a href={image.url} target="_blank" rel="noreferrer">
                <img
                  src={image.url}
                  alt={`${character.name}${image.is_primary ? ", the primary image" : ""}`}
                />
              </a>
              <p>
                <span className="number">
                  {image.width} × {image.height}
                  {image.is_primary && " · primary"}
                </span>
                {!disabled && (
                  <span>
                    {!image.is_primary && (
                      <IconButton
                        icon={Star}
                        size="s"
                        label={`Make image ${image.id} the primary one`}
                        title="Make it the primary image"
                        onClick={() => void makePrimary(character.id, image.id).catch(sayError)}
                      />
                    )}
                    <IconButton
                      icon={Trash2}
                      size="s"
                      label={`Remove image ${image.id}`}
                      title="Remove it"
                      onClick={() => void removeImage(character.id, image.id).catch(sayError)}
                    />
                  </span>
                )}
              </p>
            </li>
          ))}
        </ul>
      </DropArea>
    </Panel>
  );
}
