/** Reading a graph in ComfyUI's API format: node id -> node. */

interface Node {
  class_type?: unknown;
  _meta?: { title?: unknown };
}

/** What nodes are called: their title in the editor, else their class. */
export function titlesOf(graph: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(graph).map(([id, value]) => {
      const node = value as Node | null;
      return [id, String(node?._meta?.title ?? node?.class_type ?? id)];
    }),
  );
}
