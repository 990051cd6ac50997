/** What the api answers when something is wrong (RFC 9457), as an error that can be thrown. */

import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"];

export class ProblemError extends Error {
  override readonly name = "ProblemError";

  constructor(
    readonly problem: Problem,
    readonly retryAfterS?: number,
  ) {
    super(problem.detail);
  }

  get status(): number {
    return this.problem.status;
  }

  /** Whether it is of the type `/problems/<name>`. */
  is(name: string): boolean {
    return this.problem.type === `/problems/${name}`;
  }

  /** What is wrong with one field of the body: `prompts.start`. */
  fault(field: string): string | undefined {
    return this.problem.errors?.find((fault) => fault.where === `body.${field}`)?.message;
  }
}

/** One sentence for people, whatever was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof ProblemError) {
    const faults = error.problem.errors?.map(({ where, message }) => `${where}: ${message}`) ?? [];
    return [error.problem.detail, ...faults].join(" ");
  }
  if (error instanceof TypeError) return "Screentest cannot be reached. Is it running?";
  return error instanceof Error ? error.message : String(error);
}
