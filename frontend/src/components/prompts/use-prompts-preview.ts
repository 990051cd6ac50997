import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import type { components } from "@/api/schema";
import { useSettled } from "@/ui/use-settled";

export type Templates = components["schemas"]["PreviewTemplatesRequest"];

/** So many the api looks through at once. */
const MOST_CHECKED = 1000;

/**
 * What templates become with a character, saved or not, and with whom else they could not be
 * rendered. Asked once one stops typing; the last answer stays until then.
 */
export function usePromptsPreview(templates: Templates | undefined) {
  const asked = useSettled(
    templates &&
      JSON.stringify({
        ...templates,
        check_character_ids: templates.check_character_ids.slice(0, MOST_CHECKED),
      }),
  );
  return useQuery({
    queryKey: [...keys.promptPreviews, asked],
    queryFn: ({ signal }) =>
      read(
        api.POST("/api/scene-types/preview-prompts", {
          body: JSON.parse(asked!) as Templates,
          signal,
        }),
      ),
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}
