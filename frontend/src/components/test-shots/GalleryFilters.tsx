/** What of the gallery is shown, and in which order. All of it stands in the address. */

import { useQuery } from "@tanstack/react-query";
import { ArrowDownWideNarrow, ArrowUpNarrowWide, LayoutGrid, Search, X } from "lucide-react";
import { useEffect, useState } from "react";
import { allCharacters, allSceneTypes, allWorkflows } from "@/api/catalogue";
import { Button } from "@/ui/Button";
import { Choice, Choices } from "@/ui/Choices";
import { IconButton } from "@/ui/IconButton";
import style from "./GalleryFilters.module.css";
import type { Density } from "./gallery-grid";
import type { GallerySearch } from "./gallery-search";
import { isFiltered, ORDER_OF, SORT_WORDS, unfiltered } from "./gallery-views";
import { SavedViews } from "./SavedViews";
import { ValuesInUse } from "./ValuesInUse";
import { choicesOf, DECISION_WORDS, STATUS_WORDS, VERDICT_WORDS } from "./words";

interface GalleryFiltersProps {
  search: GallerySearch;
  onChange: (search: GallerySearch) => void;
  density: Density;
  onDensity: (density: Density) => void;
}

const TYPING_MS = 300;
const RATINGS = [5, 4, 3, 2, 1].map((rating) => ({
  value: String(rating),
  name: rating === 5 ? "5 stars" : `${rating} stars or more`,
}));
const PROMOTED = [
  { value: "true", name: "Promoted" },
  { value: "false", name: "Not promoted" },
];

export function GalleryFilters({ search, onChange, density, onDensity }: GalleryFiltersProps) {
  const set = (changes: Partial<GallerySearch>) => onChange({ ...search, ...changes });
  const sort = search.sort ?? "date";
  const order = search.order ?? ORDER_OF[sort];
  return (
    <section className={style.filters} aria-label="Filters">
      <div className={style.row}>
        <TextFilter value={search.q} onChange={(q) => set({ q })} />
        <span className={style.end}>
          <SavedViews search={search} onOpen={onChange} />
          <Choice
            label="Sort by"
            options={choicesOf(SORT_WORDS)}
            value={sort}
            onChange={(value) => set({ sort: value as GallerySearch["sort"], order: undefined })}
          />
          <IconButton
            icon={order === "desc" ? ArrowDownWideNarrow : ArrowUpNarrowWide}
            size="s"
            label={order === "desc" ? "Descending; turn round" : "Ascending; turn round"}
            title={order === "desc" ? "Descending" : "Ascending"}
            onClick={() => set({ order: order === "desc" ? "asc" : "desc" })}
          />
          <IconButton
            icon={LayoutGrid}
            size="s"
            label="Smaller cards"
            aria-pressed={density === "dense"}
            onClick={() => onDensity(density === "dense" ? "airy" : "dense")}
          />
        </span>
      </div>
      <div className={style.row} data-scrolls>
        <CatalogueFilters search={search} set={set} />
        <Choices
          label="Any state"
          options={choicesOf(STATUS_WORDS)}
          value={search.status}
          onChange={(status) => set({ status })}
        />
        <Choices
          label="Any QA"
          options={choicesOf(VERDICT_WORDS)}
          value={search.verdict}
          onChange={(verdict) => set({ verdict })}
        />
        <Choices
          label="Any decision"
          options={choicesOf(DECISION_WORDS)}
          value={search.decision}
          onChange={(decision) => set({ decision })}
        />
        <Choice
          label="Least rating"
          none="Any rating"
          options={RATINGS}
          value={search.min_rating?.toString()}
          onChange={(value) => set({ min_rating: value ? Number(value) : undefined })}
        />
        <Choice
          label="Promoted"
          none="Promoted or not"
          options={PROMOTED}
          value={search.promoted?.toString()}
          onChange={(value) => set({ promoted: value ? value === "true" : undefined })}
        />
        <ValuesInUse search={search} set={set} />
        {isFiltered(search) && (
          <Button look="quiet" size="s" onClick={() => onChange(unfiltered(search))}>
            <X aria-hidden />
            Clear
          </Button>
        )}
      </div>
    </section>
  );
}

function CatalogueFilters({
  search,
  set,
}: {
  search: GallerySearch;
  set: (changes: Partial<GallerySearch>) => void;
}) {
  const sceneTypes = useQuery(allSceneTypes).data ?? [];
  const characters = useQuery(allCharacters).data ?? [];
  const workflows = useQuery(allWorkflows).data ?? [];
  const named = (rows: { id: number; name: string }[]) =>
    rows.map(({ id, name }) => ({ value: String(id), name }));
  const id = (value: string | undefined) => (value ? Number(value) : undefined);
  return (
    <>
      <Choice
        label="Scene type"
        none="All scene types"
        options={named(sceneTypes)}
        value={search.scene_type_id?.toString()}
        onChange={(value) => set({ scene_type_id: id(value) })}
      />
      <Choice
        label="Character"
        none="All characters"
        options={named(characters)}
        value={search.character_id?.toString()}
        onChange={(value) => set({ character_id: id(value) })}
      />
      {workflows.length > 1 && (
        <Choice
          label="Workflow"
          none="All workflows"
          options={named(workflows)}
          value={search.workflow_id?.toString()}
          onChange={(value) => set({ workflow_id: id(value) })}
        />
      )}
      {search.batch_id && (
        <Choice
          label="Batch"
          none="Any batch"
          options={[{ value: String(search.batch_id), name: `Batch ${search.batch_id}` }]}
          value={String(search.batch_id)}
          onChange={() => set({ batch_id: undefined })}
        />
      )}
    </>
  );
}

interface TextFilterProps {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** Counts once one stops typing. */
function TextFilter({ value, onChange }: TextFilterProps) {
  const [typed, setTyped] = useState(value ?? "");
  const [before, setBefore] = useState(value);
  if (before !== value) {
    setBefore(value);
    setTyped(value ?? "");
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the clock
  useEffect(() => {
    const now = typed.trim() || undefined;
    if (now === value) return;
    const timer = setTimeout(() => onChange(now), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label className={style.search}>
      <Search aria-hidden />
      <input
        type="search"
        aria-label="Search"
        placeholder="Search names, prompts, notes"
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  );
}
