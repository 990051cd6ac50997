/** What renders a workflow, as people call it. */
export const RENDERERS = { comfyui: "ComfyUI", builtin: "Built-in renderer" } as const;
