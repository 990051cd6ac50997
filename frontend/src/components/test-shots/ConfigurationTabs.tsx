/** Configurations A, B, C beside each other: one is edited, a click goes to another. */

import { Copy, Plus, Trash2 } from "lucide-react";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import style from "./ConfigurationTabs.module.css";
import { type Action, activeOf, type Draft, isChanged, MOST } from "./configurations";
import { Presets } from "./Presets";

interface ConfigurationTabsProps {
  sceneTypeId: number;
  draft: Draft;
  act: (action: Action) => void;
}

export function ConfigurationTabs({ sceneTypeId, draft, act }: ConfigurationTabsProps) {
  const active = activeOf(draft);
  const isFull = draft.configurations.length >= MOST;
  return (
    <section className={style.tabs} aria-label="Configurations">
      <div className={style.row}>
        {draft.configurations.map((one) => (
          <button
            key={one.id}
            type="button"
            aria-pressed={one.id === active.id}
            onClick={() => act({ do: "select", id: one.id })}
          >
            {one.name || "Unnamed"}
            {isChanged(one) && <i title="It differs from the scene type" aria-hidden />}
          </button>
        ))}
        <IconButton
          icon={Plus}
          size="s"
          disabled={isFull}
          label="Add a configuration"
          onClick={() => act({ do: "add" })}
        />
      </div>
      <div className={style.edit}>
        <input
          aria-label="Name of the configuration"
          maxLength={120}
          value={active.name}
          onChange={(event) => act({ do: "rename", id: active.id, name: event.target.value })}
        />
        <Presets sceneTypeId={sceneTypeId} configuration={active} act={act} />
        <Button
          look="quiet"
          size="s"
          disabled={isFull}
          onClick={() => act({ do: "duplicate", id: active.id })}
        >
          <Copy aria-hidden />
          Duplicate
        </Button>
        <IconButton
          icon={Trash2}
          size="s"
          disabled={draft.configurations.length === 1}
          label={`Remove ${active.name}`}
          title="Remove it"
          onClick={() => act({ do: "remove", id: active.id })}
        />
      </div>
    </section>
  );
}
