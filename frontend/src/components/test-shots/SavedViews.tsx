/** Filters under a name, kept in this browser. The address alone is enough to share one. */

import { Bookmark, X } from "lucide-react";
import { Popover } from "radix-ui";
import { type FormEvent, useState } from "react";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { useStored } from "@/ui/use-stored";
import type { GallerySearch } from "./gallery-search";
import { isSameView, kept, type SavedView, savedViews } from "./gallery-views";
import style from "./SavedViews.module.css";

interface SavedViewsProps {
  search: GallerySearch;
  onOpen: (search: GallerySearch) => void;
}

export function SavedViews({ search, onOpen }: SavedViewsProps) {
  const [views, setViews] = useStored<SavedView[]>("gallery-views", [], savedViews);
  const [name, setName] = useState("");
  const shown = views.find((view) => isSameView(view.search, search));
  const keep = (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return;
    setViews(kept(views, { name: name.trim(), search }));
    setName("");
  };
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button look="quiet" size="s">
          <Bookmark aria-hidden />
          {shown?.name ?? "Views"}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={style.menu} align="end" sideOffset={4} aria-label="Views">
          {views.map((view) => (
            <div key={view.name} className={style.view} data-on={view === shown || undefined}>
              <Popover.Close onClick={() => onOpen(view.search)}>{view.name}</Popover.Close>
              <IconButton
                icon={X}
                size="s"
                label={`Forget the view ${view.name}`}
                onClick={() => setViews(views.filter((one) => one !== view))}
              />
            </div>
          ))}
          {views.length === 0 && <p>No views are kept yet.</p>}
          <form onSubmit={keep}>
            <input
              aria-label="Name of this view"
              placeholder="Name of this view"
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <Button size="s" type="submit">
              Keep
            </Button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
