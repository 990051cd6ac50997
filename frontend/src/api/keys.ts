/** Names of what is cached. A live event names what it changes by the same keys. */

export const keys = {
  session: ["session"] as const,
  shots: ["shots"] as const,
  shot: (id: number) => ["shots", "one", id] as const,
  shotQA: (id: number) => ["shots", "qa", id] as const,
  gallery: (filters: unknown) => ["shots", "gallery", filters] as const,
  batches: ["batches"] as const,
  batch: (id: number) => ["batches", "one", id] as const,
  comparisons: ["comparisons"] as const,
  characters: ["characters"] as const,
  /** They follow from what is known of the characters. */
  promptPreviews: ["characters", "prompts"] as const,
  character: (id: number) => ["characters", "one", id] as const,
  sceneTypes: ["scene-types"] as const,
  sceneType: (id: number) => ["scene-types", "one", id] as const,
  presets: (sceneTypeId: number) => ["scene-types", "one", sceneTypeId, "presets"] as const,
  scenes: ["scenes"] as const,
  scene: (id: number) => ["scenes", "one", id] as const,
  sceneQA: (id: number) => ["scenes", "one", id, "qa"] as const,
  workflows: ["workflows"] as const,
  workflow: (id: number) => ["workflows", "one", id] as const,
  workers: ["workers"] as const,
  lanes: ["lanes"] as const,
  promotion: (id: string) => ["promotions", id] as const,
  stats: ["stats"] as const,
};
