import type { LucideIcon } from "lucide-react";
import { Button, type ButtonProps } from "./Button";
import style from "./Button.module.css";

interface IconButtonProps extends Omit<ButtonProps, "children"> {
  icon: LucideIcon;
  /** What it does: for screen readers, and when one points at it unless `title` says it better. */
  label: string;
}

/** A button that is only an icon. */
export function IconButton({
  icon: Icon,
  label,
  title = label,
  look = "quiet",
  className = "",
  ...rest
}: IconButtonProps) {
  return (
    <Button
      {...rest}
      look={look}
      title={title}
      aria-label={label}
      className={`${style.square} ${className}`}
    >
      <Icon aria-hidden />
    </Button>
  );
}
