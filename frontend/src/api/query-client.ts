/** One cache of what the server said; live events keep it true, so nothing is polled. */

import { QueryClient } from "@tanstack/react-query";
import { ProblemError } from "./problem";

const CLIENT_FAULTS = 500;
const TRIES = 3;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // What we did wrong is wrong the second time too.
      retry: (failures, error) =>
        failures < TRIES && !(error instanceof ProblemError && error.status < CLIENT_FAULTS),
    },
  },
});
