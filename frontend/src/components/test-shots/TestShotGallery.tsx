/** Every test shot as a visual log: what was tried, how it looks, what came of it. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ShotPage } from "@/api/shot-cache";
import type { Shot } from "@/api/types";
import { Button } from "@/ui/Button";
import { Empty, Failure, Loading } from "@/ui/States";
import { useWidth } from "@/ui/use-width";
import { differing } from "./differing";
import { type Density, gridShape } from "./gallery-grid";
import { galleryQuery, rememberGallery } from "./gallery-query";
import type { GallerySearch } from "./gallery-search";
import { isFiltered, unfiltered } from "./gallery-views";
import { SelectionActions } from "./SelectionActions";
import { SelectionBar } from "./SelectionBar";
import { ShotCard } from "./ShotCard";
import { TestShotButton } from "./TestShotButton";
import style from "./TestShotGallery.module.css";
import { useCompare } from "./use-compare";
import { useGalleryKeys } from "./use-gallery-keys";
import { useSelection } from "./use-selection";
import { useSkimming, useWorded } from "./use-skimming";

interface TestShotGalleryProps {
  search: GallerySearch;
  onSearch: (search: GallerySearch) => void;
  density?: Density;
}

/** Rows beyond the last that is shown, at which the next page is asked for. */
const AHEAD = 4;
const CHIPS_A_ROW = 3;

export function TestShotGallery({ search, onSearch, density = "airy" }: TestShotGalleryProps) {
  const gallery = useInfiniteQuery(galleryQuery(search));
  const shots = useMemo(() => gallery.data?.pages.flatMap(({ items }) => items), [gallery.data]);
  useEffect(() => rememberGallery(search), [search]);
  if (gallery.isPending) return <Loading cards={12} label="Loading test shots" />;
  if (!shots) return <Failure error={gallery.error} retry={() => void gallery.refetch()} />;
  if (shots.length === 0) return <Nothing search={search} onSearch={onSearch} />;
  return (
    <Cards
      pages={gallery.data?.pages ?? []}
      shots={shots}
      density={density}
      hasMore={gallery.hasNextPage && !gallery.isFetchNextPageError}
      onMore={() => !gallery.isFetchingNextPage && void gallery.fetchNextPage()}
      after={
        gallery.isFetchNextPageError ? (
          <Failure error={gallery.error} retry={() => void gallery.fetchNextPage()} />
        ) : null
      }
    />
  );
}

interface CardsProps {
  pages: ShotPage[];
  shots: Shot[];
  density: Density;
  hasMore: boolean;
  onMore: () => void;
  after: React.ReactNode;
}

function Cards({ pages, shots, density, hasMore, onMore, after }: CardsProps) {
  const list = useRef<HTMLDivElement>(null);
  const width = useWidth(list);
  const names = useMemo(() => differing(...pages.map(({ items }) => items)).join("\n"), [pages]);
  // The same list while it says the same, so that no card is drawn anew for nothing.
  const differ = useMemo(() => (names ? names.split("\n") : []), [names]);
  const chipRows = differ.length > CHIPS_A_ROW ? 2 : 1;
  const { columns, rowHeight, gap } = gridShape(width, density, chipRows);
  const rows = Math.ceil(shots.length / columns);
  const { skims, onScroll } = useSkimming();
  const virtual = useWindowVirtualizer({
    count: width ? rows : 0,
    estimateSize: () => rowHeight,
    overscan: 3,
    scrollMargin: list.current?.offsetTop ?? 0,
    onChange: onScroll,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured is of another shape
  useEffect(() => virtual.measure(), [rowHeight, virtual]);

  const shown = virtual.getVirtualItems();
  const worded = useWorded(
    shown.map(({ index }) => index),
    skims,
  );
  const lastRow = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && lastRow >= rows - 1 - AHEAD) onMore();
  });

  const order = useMemo(() => shots.map(({ id }) => id), [shots]);
  const selection = useSelection(order);
  const [pointed, setPointed] = useState<number>();
  const [played, setPlayed] = useState<number>();
  const compare = useCompare(selection.ids);
  const onPlay = useCallback((id: number) => {
    setPlayed((before) => (before === id ? undefined : id));
  }, []);
  const show = (index: number) =>
    virtual.scrollToIndex(Math.floor(index / columns), { align: "auto" });
  const keys = { shots, columns, selection, show, onPlay, onCompare: compare };
  const { focus, onFocus } = useGalleryKeys(keys);
  // One plays at a time: what is pointed at, else what was asked to by keyboard.
  const playing = pointed ?? (played === focus.id ? played : undefined);

  return (
    <>
      <div ref={list} className={style.list} style={{ height: virtual.getTotalSize() }}>
        {shown.map((row) => (
          <div
            key={row.key}
            className={style.row}
            style={{
              height: rowHeight - gap,
              gap,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              transform: `translateY(${row.start - virtual.options.scrollMargin}px)`,
            }}
          >
            {shots.slice(row.index * columns, (row.index + 1) * columns).map((shot) => (
              <ShotCard
                key={shot.id}
                shot={shot}
                differ={differ}
                isBrief={!worded.has(row.index)}
                plays={playing === shot.id}
                isSelected={selection.ids.has(shot.id)}
                focusedBy={focus.id === shot.id ? focus.moves : undefined}
                onPoint={setPointed}
                onFocus={onFocus}
                onSelect={selection.toggle}
              />
            ))}
          </div>
        ))}
      </div>
      {hasMore && <p className="visually-hidden">More test shots come as you scroll.</p>}
      {after}
      <SelectionBar selection={selection} onCompare={compare}>
        <SelectionActions shots={shots} selection={selection} />
      </SelectionBar>
    </>
  );
}

function Nothing({ search, onSearch }: Omit<TestShotGalleryProps, "density">) {
  if (isFiltered(search)) {
    return (
      <Empty
        title="No test shot is like that"
        action={<Button onClick={() => onSearch(unfiltered(search))}>Clear the filters</Button>}
      >
        Other filters may show some.
      </Empty>
    );
  }
  return (
    <Empty title="Make the first test shot" action={<TestShotButton />}>
      One short clip, made exactly as the scene would be, at about a twentieth of its price. It
      stays here with everything that made it.
    </Empty>
  );
}
