import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import { partWords } from '../words/parts';
import { useWords } from '../words/words';
import { Button } from './Button';

export interface Column<Row> {
  key: string;
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Numbers stand right, with equal-width figures. */
  number?: boolean;
  /** Left out below 900 pixels of width. */
  wideOnly?: boolean;
  width?: string;
}

interface Props<Row> {
  /** What the table lists; read by screen readers, not shown. */
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  /** A row that explains the row above it, at full width. */
  below?: (row: Row) => ReactNode;
  /** Set when a row needs a person: tints it. */
  tone?: (row: Row) => 'warning' | 'error' | undefined;
  /** Opens the row; the name in the row must be a link that does the same. */
  onOpen?: (row: Row) => void;
  selection?: { chosen: ReadonlySet<string>; onChange: (chosen: Set<string>) => void; name: (row: Row) => string };
  sum?: ReactNode;
  dense?: boolean;
  /** Pages by key: what leads on and back, or undefined where there is nothing more. */
  paging?: { onNext?: (() => void) | undefined; onPrevious?: (() => void) | undefined; text?: string };
}

/**
 * A table of rows. `j` and `k` move the focus between rows, Enter opens, `x` selects, `Shift x` a range, when no field has the focus.
 * Of several tables the keys belong to the one with the focus, else to the first whose rows open.
 */
export function DataTable<Row>(props: Props<Row>) {
  const { columns, rows, rowKey, selection } = props;
  const words = useWords(partWords);
  const body = useRef<HTMLTableSectionElement>(null);
  const [current, setCurrent] = useState(0);
  // The row that was chosen last: `Shift x` chooses from there.
  const anchor = useRef(0);
  const width = columns.length + (selection ? 1 : 0);

  useEffect(() => {
    if (current >= rows.length) setCurrent(Math.max(0, rows.length - 1));
  }, [current, rows.length]);

  const focusRow = (index: number) => {
    const lines = body.current?.querySelectorAll<HTMLElement>('tr[data-row]');
    const line = lines?.[Math.max(0, Math.min(index, rows.length - 1))];
    if (!line) return;
    setCurrent(Number(line.dataset.row));
    line.focus();
  };

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key !== 'j' && event.key !== 'k') return;
      if (tableOfKeys() !== body.current) return;
      const inside = body.current?.contains(document.activeElement);
      event.preventDefault();
      focusRow(inside ? current + (event.key === 'j' ? 1 : -1) : current);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });

  const toggle = (row: Row) => {
    if (!selection) return;
    const chosen = new Set(selection.chosen);
    if (!chosen.delete(rowKey(row))) chosen.add(rowKey(row));
    selection.onChange(chosen);
  };

  const onRowKey = (event: KeyboardEvent, row: Row) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter' && props.onOpen) props.onOpen(row);
    if (event.key === 'x' && selection) {
      anchor.current = rows.indexOf(row);
      toggle(row);
    }
    if (event.key === 'X' && event.shiftKey && selection) {
      const ends = [anchor.current, rows.indexOf(row)].sort((a, b) => a - b) as [number, number];
      selection.onChange(new Set([...selection.chosen, ...rows.slice(Math.max(0, ends[0]), ends[1] + 1).map(rowKey)]));
    }
  };

  return (
    <>
      <div className="table-frame" role="region" aria-label={props.caption} tabIndex={-1}>
        <table className={props.dense ? 'table table-dense' : 'table'}>
          <caption className="visually-hidden">{props.caption}</caption>
          <thead>
            <tr>
              {selection && (
                <th scope="col" className="table-check">
                  <input
                    type="checkbox"
                    aria-label={words.selectAll}
                    checked={rows.length > 0 && rows.every((row) => selection.chosen.has(rowKey(row)))}
                    onChange={(event) =>
                      selection.onChange(event.target.checked ? new Set(rows.map(rowKey)) : new Set<string>())
                    }
                  />
                </th>
              )}
              {columns.map((column) => (
                <th
                  key={column.key}
                  scope="col"
                  className={classOf(column)}
                  style={column.width ? { width: column.width } : undefined}
                >
                  {column.head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body} data-list={props.onOpen ? 'opens' : ''}>
            {rows.map((row, index) => {
              const more = props.below?.(row);
              const tone = props.tone?.(row);
              return [
                <tr
                  key={rowKey(row)}
                  data-row={index}
                  tabIndex={index === current ? 0 : -1}
                  className={[tone ? `row-${tone}` : '', more ? 'row-with-more' : ''].filter(Boolean).join(' ')}
                  aria-selected={selection ? selection.chosen.has(rowKey(row)) : undefined}
                  onFocus={() => setCurrent(index)}
                  onKeyDown={(event) => onRowKey(event, row)}
                >
                  {selection && (
                    <td className="table-check">
                      <input
                        type="checkbox"
                        aria-label={words.select(selection.name(row))}
                        checked={selection.chosen.has(rowKey(row))}
                        onChange={() => toggle(row)}
                      />
                    </td>
                  )}
                  {columns.map((column) => (
                    <td key={column.key} className={classOf(column)}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>,
                more ? (
                  <tr key={`${rowKey(row)} more`} className={tone ? `row-more row-${tone}` : 'row-more'}>
                    <td colSpan={width}>{more}</td>
                  </tr>
                ) : null,
              ];
            })}
          </tbody>
          {props.sum && <tfoot>{props.sum}</tfoot>}
        </table>
      </div>
      {props.paging && (props.paging.onNext || props.paging.onPrevious || props.paging.text) && (
        <nav className="paging" aria-label={words.pages}>
          <span className="grey small">{props.paging.text}</span>
          {(props.paging.onNext || props.paging.onPrevious) && (
            <>
              <Button
                small
                icon={<ChevronLeft size={14} aria-hidden />}
                disabled={!props.paging.onPrevious}
                onClick={props.paging.onPrevious}
              >
                {words.previous}
              </Button>
              <Button small disabled={!props.paging.onNext} onClick={props.paging.onNext}>
                {words.next} <ChevronRight size={14} aria-hidden />
              </Button>
            </>
          )}
        </nav>
      )}
    </>
  );
}

/** The rows that the keys move between. */
function tableOfKeys(): Element | undefined {
  const tables = [...document.querySelectorAll('tbody[data-list]')];
  return (
    tables.find((table) => table.contains(document.activeElement)) ??
    tables.find((table) => table.getAttribute('data-list') === 'opens') ??
    tables[0]
  );
}

function classOf<Row>(column: Column<Row>): string | undefined {
  const names = [column.number ? 'number' : '', column.wideOnly ? 'wide-only' : ''].filter(Boolean).join(' ');
  return names || undefined;
}

/** Whether a key belongs to a field, so that it must not act as a shortcut. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('dialog') !== null)
  );
}
