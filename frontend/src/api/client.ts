/** The REST API, typed from its OpenAPI document. The session cookie says who asks. */

import createClient from "openapi-fetch";
import { type Problem, ProblemError } from "./problem";
import type { paths } from "./schema";

export const api = createClient<paths>({
  credentials: "same-origin",
  headers: { "X-Screentest-Client": "web" },
  // Lists are repeated: status=failed&status=scored.
  querySerializer: { array: { style: "form", explode: true } },
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/**
 * The data of an answer.
 *
 * @throws ProblemError what the api says is wrong.
 */
export async function read<T>(asking: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asking;
  if (response.ok) return data as T;
  const retryAfterS = Number(response.headers.get("Retry-After")) || undefined;
  throw new ProblemError(asProblem(error, response), retryAfterS);
}

function asProblem(error: unknown, response: Response): Problem {
  if (typeof error === "object" && error !== null && "detail" in error) return error as Problem;
  return {
    type: "about:blank",
    title: response.statusText,
    status: response.status,
    detail: `The server answered ${response.status} ${response.statusText}. Try again in a moment.`,
  };
}

/** Where a stored file is. */
export function mediaUrl(key: string): string;
export function mediaUrl(key: string | null | undefined): string | undefined;
export function mediaUrl(key: string | null | undefined): string | undefined {
  return key ? `/api/media/${key.split("/").map(encodeURIComponent).join("/")}` : undefined;
}
