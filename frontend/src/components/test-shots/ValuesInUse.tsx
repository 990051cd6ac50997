/** Filters whose values are whatever somebody used: LoRAs and tags. */

import { useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { Choices } from "@/ui/Choices";
import type { GallerySearch } from "./gallery-search";

interface ValuesInUseProps {
  search: GallerySearch;
  set: (changes: Partial<GallerySearch>) => void;
}

export function ValuesInUse({ search, set }: ValuesInUseProps) {
  const { data } = useQuery({
    queryKey: [...keys.shots, "facets"],
    queryFn: () => read(api.GET("/api/test-shots/facets")),
  });
  const loras = options(data?.loras, search.lora);
  const tags = options(data?.tags, search.tag);
  return (
    <>
      {loras.length > 0 && (
        <Choices
          label="Any LoRA"
          options={loras}
          value={search.lora}
          onChange={(lora) => set({ lora })}
        />
      )}
      {tags.length > 0 && (
        <Choices
          label="Any tags"
          options={tags}
          value={search.tag}
          onChange={(tag) => set({ tag })}
        />
      )}
    </>
  );
}

/** What is in use, and what the address names though nothing uses it any more. */
function options(used: { name: string }[] = [], chosen: string[] = []) {
  const values = new Set([...used.map(({ name }) => name), ...chosen]);
  return [...values].map((value) => ({ value, name: value.replace(/\.safetensors$/, "") }));
}
