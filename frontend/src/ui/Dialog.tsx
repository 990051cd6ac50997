import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import style from "./Dialog.module.css";
import { IconButton } from "./IconButton";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** One sentence under the title. */
  about?: ReactNode;
  /** A panel at the right edge instead of a window in the middle. */
  panel?: boolean;
  wide?: boolean;
  children: ReactNode;
}

export function Dialog({ open, onClose, title, about, panel, wide, children }: DialogProps) {
  const shape = panel ? style.panel : wide ? `${style.window} ${style.wide}` : style.window;
  return (
    <Radix.Root open={open} onOpenChange={(is) => is || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={style.veil} />
        <Radix.Content className={shape} {...(about ? {} : { "aria-describedby": undefined })}>
          <header className={style.header}>
            <div>
              <Radix.Title>{title}</Radix.Title>
              {about && <Radix.Description className={style.about}>{about}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton icon={X} label="Close" />
            </Radix.Close>
          </header>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
