/** Who is signed in. The key itself is never kept: it is exchanged for a cookie no script can read. */

import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { stopListening } from "@/api/live";
import { ProblemError } from "@/api/problem";
import { queryClient } from "@/api/query-client";
import type { Role, User } from "@/api/types";

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: async (): Promise<User | null> => {
    try {
      return await read(api.GET("/api/me"));
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export async function signIn(apiKey: string): Promise<void> {
  await post({ api_key: apiKey.trim() });
  await queryClient.resetQueries({ queryKey: keys.session });
}

export async function signOut(): Promise<void> {
  await read(api.DELETE("/api/session"));
  stopListening();
  queryClient.clear();
  location.assign("/");
}

async function post(body: { api_key: string }): Promise<void> {
  await read(api.POST("/api/session", { body }));
}

/** The user, inside what only a signed-in user sees. */
export function useUser(): User {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data) throw new Error("Nobody is signed in.");
  return data;
}

const RANKS: Role[] = ["viewer", "creator", "admin"];

/** Whether the user may do what takes a role. */
export function useMay(role: Role): boolean {
  return RANKS.indexOf(useUser().role) >= RANKS.indexOf(role);
}
