/** When a batch is rendered, among what its owner has waiting. */
export const PRIORITIES = { first: 10, usual: 0, last: -10 } as const;

export const PRIORITY_WORDS = [
  { value: PRIORITIES.first, name: "First" },
  { value: PRIORITIES.usual, name: "As usual" },
  { value: PRIORITIES.last, name: "Last" },
] as const;
