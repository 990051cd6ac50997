import type { CSSProperties, ReactNode } from "react";

interface GridTableProps<Cell> {
  caption: string;
  /** What stands where the headings meet. */
  corner?: ReactNode;
  columns: readonly string[];
  /** A cell for every column; null or undefined where there is none. */
  rows: readonly { label: string; cells: readonly (Cell | null | undefined)[] }[];
  className?: string;
  style?: CSSProperties;
  children: (cell: Cell) => ReactNode;
}

/** A table with headings along two sides. */
export function GridTable<Cell>(props: GridTableProps<Cell>) {
  const { caption, corner, columns, rows, children, ...look } = props;
  return (
    <table {...look}>
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <td>{corner}</td>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ label, cells }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            {cells.map((cell, column) => (
              <td key={columns[column]}>{cell != null && children(cell)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
