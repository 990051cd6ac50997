import type { ComponentProps } from "react";
import style from "./Button.module.css";

type Look = "primary" | "plain" | "quiet" | "danger";

export interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  size?: "m" | "s";
  /** Only an icon: say what it does in `aria-label`. */
  square?: boolean;
}

export function Button({
  look = "plain",
  size = "m",
  square,
  className = "",
  ...rest
}: ButtonProps) {
  const classes = [style.button, style[look], style[size], square ? style.square : "", className];
  return <button type="button" {...rest} className={classes.filter(Boolean).join(" ")} />;
}
