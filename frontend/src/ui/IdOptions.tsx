interface IdOptionsProps {
  rows: ReadonlyArray<{ id: number; name: string }>;
}

/** The options of a select that chooses one of these by name. */
export function IdOptions({ rows }: IdOptionsProps) {
  return rows.map(({ id, name }) => (
    <option key={id} value={id}>
      {name}
    </option>
  ));
}
