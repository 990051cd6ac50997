import { queryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { galleryQuery, lastGallery } from "@/components/test-shots/gallery-query";

const path = (id: number) => ({ params: { path: { shot_id: id } } });

export const shotQuery = (id: number) =>
  queryOptions({
    queryKey: keys.shot(id),
    queryFn: () => read(api.GET("/api/test-shots/{shot_id}", path(id))),
  });

export const shotQAQuery = (id: number) =>
  queryOptions({
    queryKey: keys.shotQA(id),
    queryFn: () => read(api.GET("/api/test-shots/{shot_id}/qa", path(id))),
  });

/** The shots before and after it in the gallery one came from. */
export function useNeighbours(id: number): { before?: number; after?: number } {
  const { data } = useInfiniteQuery(galleryQuery(lastGallery()));
  const ids = data?.pages.flatMap(({ items }) => items.map((shot) => shot.id)) ?? [];
  const at = ids.indexOf(id);
  return at < 0 ? {} : { before: ids[at - 1], after: ids[at + 1] };
}
