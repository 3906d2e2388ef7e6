import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { plural, t } from "../shared/i18n.ts";
import { Icon } from "../shared/icons.tsx";

/** A row of any list. */
export interface TableRow {
  key: string;
  name: string;
  /** Everything that searching looks at. */
  words: string;
  cells: ComponentChildren[];
  removable: boolean;
}

/** More rows than this are drawn only when asked for: a list of hundreds opens as fast as a short one. */
export const FIRST_ROWS = 50;

export function matching<R extends { words: string }>(rows: readonly R[], words: string): R[] {
  const wanted = words.trim().toLowerCase();
  return rows.filter((row) => row.words.toLowerCase().includes(wanted));
}

/** Certificates in plain columns; a row's button opens what is known of it below. */
export function CertificateTable(props: {
  label: string;
  /** Titles of the columns behind the name. */
  columns: string[];
  rows: readonly TableRow[];
  onLook: (key: string) => void;
  onRemove: (row: TableRow) => void;
  details: (key: string) => ComponentChildren;
}): JSX.Element {
  const { label, columns, rows, onLook, onRemove, details } = props;
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const id = useId();
  const shown = all ? rows : rows.slice(0, FIRST_ROWS);
  const removable = rows.some((row) => row.removable);
  const width = columns.length + 1 + (removable ? 1 : 0);
  const toggle = (key: string): void => {
    setOpen(open === key ? null : key);
    if (open !== key) onLook(key);
  };
  return (
    <>
      <table class="certificates" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{t("column_name")}</th>
            {columns.map((column) => (
              <th scope="col" key={column}>
                {column}
              </th>
            ))}
            {removable && (
              <td>
                <span class="visually-hidden">{t("actions")}</span>
              </td>
            )}
          </tr>
        </thead>
        <tbody>
          {shown.flatMap((row) => {
            const expanded = open === row.key;
            const panel = `${id}-${row.key}`;
            return [
              <tr key={row.key} data-test="certificate-row">
                <th scope="row">
                  <button type="button" class="row-open" aria-expanded={expanded} aria-controls={expanded ? panel : undefined} onClick={() => toggle(row.key)} data-test="certificate-open">
                    <Icon name="chevron" />
                    <bdi>{row.name}</bdi>
                  </button>
                </th>
                {row.cells.map((cell, index) => (
                  <td key={index} data-column={`${columns[index]}${t("colon")}`}>
                    {cell}
                  </td>
                ))}
                {removable && (
                  <td class="row-actions">
                    {row.removable && (
                      <button type="button" aria-label={t("remove_named", row.name)} onClick={() => onRemove(row)} data-test="certificate-remove">
                        {t("remove")}
                      </button>
                    )}
                  </td>
                )}
              </tr>,
              expanded && (
                <tr key={`${row.key}+`} id={panel} class="row-details" data-test="certificate-details">
                  <td colSpan={width}>{details(row.key)}</td>
                </tr>
              ),
            ];
          })}
        </tbody>
      </table>
      {shown.length < rows.length && (
        <p>
          <button type="button" onClick={() => setAll(true)} data-test="show-all">
            {plural("show_all", rows.length)}
          </button>
        </p>
      )}
    </>
  );
}
