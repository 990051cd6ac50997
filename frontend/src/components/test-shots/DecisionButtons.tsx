import { Check, X } from "lucide-react";
import type { Decision } from "@/api/types";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import style from "./DecisionButtons.module.css";

const DECISIONS = [
  { said: "approved", verb: "Approve", done: "Approved", key: "a", icon: Check },
  { said: "rejected", verb: "Reject", done: "Rejected", key: "r", icon: X },
] as const;

interface DecisionButtonsProps {
  decision: Decision | null | undefined;
  onDecide: (decision: Decision) => void;
  disabled?: boolean;
  /** Name of the test shot, where there are several: then only the icons are shown. */
  of?: string;
}

/** Approve, and reject: the one that was said is pressed. */
export function DecisionButtons({ decision, onDecide, disabled, of }: DecisionButtonsProps) {
  return DECISIONS.map(({ said, verb, done, key, icon: Icon }) => {
    const isSaid = decision === said;
    const common = {
      size: "s",
      disabled,
      "aria-pressed": isSaid,
      onClick: () => onDecide(said),
    } as const;
    if (of !== undefined) {
      return (
        <IconButton
          key={said}
          {...common}
          className={style[said]}
          icon={Icon}
          label={`${verb} ${of}`}
          title={verb}
        />
      );
    }
    return (
      <Button key={said} {...common} className={`${style[said]} ${style.worded}`} title={key}>
        <Icon aria-hidden />
        {isSaid ? done : verb}
      </Button>
    );
  });
}
