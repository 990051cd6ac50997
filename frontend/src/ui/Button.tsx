import type { ComponentProps } from "react";
import style from "./Button.module.css";

type Look = "primary" | "plain" | "quiet" | "danger";

export interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  size?: "m" | "s";
}

export function Button({ look = "plain", size = "m", className = "", ...rest }: ButtonProps) {
  const classes = [style.button, style[look], style[size], className];
  return <button type="button" {...rest} className={classes.filter(Boolean).join(" ")} />;
}
