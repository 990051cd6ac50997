/** The presets of a scene type, for the configuration that is edited. */

import { useQuery } from "@tanstack/react-query";
import { Bookmark } from "lucide-react";
import { Popover } from "radix-ui";
import { useMemo, useState } from "react";
import { Button } from "@/ui/Button";
import type { Action, Configuration } from "./configurations";
import { PresetMenu } from "./PresetMenu";
import style from "./Presets.module.css";
import { presetActions, presetsQuery } from "./preset-actions";
import { byName, presetOf } from "./presets";
import type { Overrides } from "./shot-request";

interface PresetsProps {
  sceneTypeId: number;
  configuration: Configuration;
  act: (action: Action) => void;
}

export function Presets({ sceneTypeId, configuration, act }: PresetsProps) {
  const [isOpen, setOpen] = useState(false);
  const query = useQuery(presetsQuery(sceneTypeId));
  const actions = useMemo(() => presetActions(sceneTypeId), [sceneTypeId]);
  const presets = byName(query.data ?? []);
  const shown = presetOf(configuration, presets);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button look="quiet" size="s" className={style.trigger} title="Presets of the scene type">
          <Bookmark aria-hidden fill={shown ? "currentColor" : "none"} />
          <span>Presets</span>
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={style.menu}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Presets"
        >
          <PresetMenu
            key={configuration.id}
            presets={presets}
            shown={shown}
            configuration={configuration}
            error={query.error}
            actions={actions}
            onApply={({ name, overrides }) => {
              act({ do: "apply", name, overrides: overrides as Overrides });
              setOpen(false);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
