/** Lists that the api gives a page at a time. */

import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";

export interface PageOf<T> {
  items: T[];
  next?: string | null;
}

const MOST_PAGES = 50;

/** All of a list, such as the choices of a menu: 50 pages at the most. */
export async function everything<T>(page: (cursor?: string) => Promise<PageOf<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const read = await page(cursor);
    items.push(...read.items);
    if (!read.next) break;
    cursor = read.next;
  }
  return items;
}

/** A long list: what was loaded so far, and how to load more. */
export function usePages<T>(key: QueryKey, page: (cursor?: string) => Promise<PageOf<T>>) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => page(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
  return { ...query, items: query.data?.pages.flatMap((one) => one.items) ?? [] };
}
