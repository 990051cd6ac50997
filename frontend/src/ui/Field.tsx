import { type ComponentProps, type ReactNode, useId } from "react";
import style from "./Field.module.css";

interface Around {
  label: string;
  hint?: ReactNode;
  error?: string;
}

interface Described {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
}

/** A label, what it labels, and what is wrong with it. */
export function Field({
  label,
  hint,
  error,
  children,
}: Around & { children: (field: Described) => ReactNode }) {
  const id = useId();
  const said = error ?? hint;
  const described: Described = { id };
  if (said) described["aria-describedby"] = `${id}-said`;
  if (error) described["aria-invalid"] = true;
  return (
    <div className={style.field}>
      <label htmlFor={id}>{label}</label>
      {children(described)}
      {said && (
        <p id={`${id}-said`} className={error ? style.error : style.hint}>
          {said}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, hint, error, ...rest }: Around & ComponentProps<"input">) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(field) => <input {...rest} {...field} className={style.input} />}
    </Field>
  );
}

export function TextArea({ label, hint, error, ...rest }: Around & ComponentProps<"textarea">) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(field) => <textarea rows={3} {...rest} {...field} className={style.input} />}
    </Field>
  );
}

export function SelectField({
  label,
  hint,
  error,
  children,
  ...rest
}: Around & ComponentProps<"select">) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(field) => (
        <select {...rest} {...field} className={style.input}>
          {children}
        </select>
      )}
    </Field>
  );
}
