/** What a person can do with characters and their images. */

import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { queryClient } from "@/api/query-client";
import type { Character } from "@/api/types";

export const IMAGES = "image/png,image/jpeg,image/webp";

const changed = (id?: number) =>
  queryClient.invalidateQueries({ queryKey: id ? keys.character(id) : keys.characters });

/** A form as it is: the browser writes its head. */
function form(fields: Record<string, string | Blob>) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return { body: body as never, bodySerializer: (given: unknown) => given as FormData };
}

export async function createCharacter(name: string, image?: File): Promise<Character> {
  const made = await read(api.POST("/api/characters", form(image ? { name, image } : { name })));
  void changed();
  return made;
}

export async function saveCharacter(
  id: number,
  changes: { name?: string; metadata?: Record<string, unknown> },
): Promise<Character> {
  const saved = await read(
    api.PATCH("/api/characters/{character_id}", {
      params: { path: { character_id: id } },
      body: changes as never,
    }),
  );
  queryClient.setQueryData(keys.character(id), saved);
  void changed();
  return saved;
}

export async function removeCharacter(id: number) {
  await read(
    api.DELETE("/api/characters/{character_id}", { params: { path: { character_id: id } } }),
  );
  queryClient.removeQueries({ queryKey: keys.character(id) });
  void changed();
}

export async function addImage(id: number, image: File) {
  await read(
    api.POST("/api/characters/{character_id}/images", {
      params: { path: { character_id: id } },
      ...form({ image }),
    }),
  );
  await changed(id);
}

export async function makePrimary(id: number, imageId: number) {
  await read(
    api.PATCH("/api/characters/{character_id}/images/{image_id}", {
      params: { path: { character_id: id, image_id: imageId } },
      body: { is_primary: true },
    }),
  );
  void changed();
}

export async function removeImage(id: number, imageId: number) {
  await read(
    api.DELETE("/api/characters/{character_id}/images/{image_id}", {
      params: { path: { character_id: id, image_id: imageId } },
    }),
  );
  void changed();
}
