/** Everything that decided the pixels. */

import { Copy } from "lucide-react";
import type { Shot } from "@/api/types";
import { flatten, parametersOf } from "@/components/test-shots/parameters";
import { Button } from "@/ui/Button";
import { parameter } from "@/ui/format";
import { say } from "@/ui/toast";
import style from "./Facts.module.css";
import { Section } from "./Section";

/** Texts that take a line of their own. */
const LONG = new Set(["prompt", "negative prompt"]);

export function ShotParameters({ shot }: { shot: Shot }) {
  const all = [...flatten(shot)];
  const copy = async () => {
    await navigator.clipboard.writeText(JSON.stringify(parametersOf(shot), null, 2));
    say("The parameters are copied.");
  };
  return (
    <Section
      title="Parameters"
      action={
        <Button look="quiet" size="s" onClick={() => void copy()}>
          <Copy aria-hidden />
          Copy as JSON
        </Button>
      }
    >
      <dl className={style.texts}>
        {all
          .filter(([name]) => LONG.has(name))
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{parameter(value)}</dd>
            </div>
          ))}
      </dl>
      <dl className={style.facts}>
        {all
          .filter(([name]) => !LONG.has(name))
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name.replaceAll("_", " ")}</dt>
              <dd title={parameter(value)}>{parameter(value)}</dd>
            </div>
          ))}
      </dl>
    </Section>
  );
}
