import type { Chain } from "@/api/types";
import { useShortcuts } from "@/app/shortcuts";
import { SegmentCell } from "./SegmentCell";
import style from "./SegmentStrip.module.css";

interface SegmentStripProps {
  sceneId: number;
  chain: Chain;
  selected: number | undefined;
  /** undefined: the whole scene. */
  onSelect: (index: number | undefined) => void;
}

/** The chain as a strip of film that fills in while it is rendered. */
export function SegmentStrip({ sceneId, chain, selected, onSelect }: SegmentStripProps) {
  const last = chain.segments.length;
  const step = (by: number) => {
    const at = Math.min(last, Math.max(0, (selected ?? 0) + by));
    onSelect(at || undefined);
  };
  useShortcuts("Scene", [
    { keys: ["ArrowRight", "l"], does: "Next segment", run: () => step(1) },
    {
      keys: ["ArrowLeft", "h"],
      does: "Segment before; before the first, the whole scene",
      run: () => step(-1),
    },
    { keys: "0", does: "The whole scene", run: () => onSelect(undefined) },
  ]);
  return (
    <ol className={style.strip} aria-label="Segments">
      {chain.segments.map((segment) => (
        <SegmentCell
          key={segment.index}
          sceneId={sceneId}
          segment={segment}
          awaitsFrame={chain.awaits_frame_of === segment.index}
          isSelected={selected === segment.index}
          onSelect={() => onSelect(selected === segment.index ? undefined : segment.index)}
        />
      ))}
    </ol>
  );
}
