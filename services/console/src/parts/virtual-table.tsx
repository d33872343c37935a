// biome-ignore-all lint/a11y/useSemanticElements: of a table whose rows stand apart only the roles are left
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows take the focus, not each of their cells
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useRouter } from '../routing/router.js';
import { Icon } from './icons.js';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** The API's word for sorting by it, if it can. */
  readonly sortBy?: string;
  /** Left out where there is little room. */
  readonly isSecondary?: boolean;
}

export interface VirtualTableProps<Row> {
  readonly label: string;
  /** Names the widths of the columns in the style sheet. */
  readonly layout: string;
  readonly columns: readonly Column<Row>[];
  readonly total: number;
  readonly at: (index: number) => Row | undefined;
  readonly keyOf: (row: Row) => string;
  /** Told which rows are to be seen, a little more on both sides. */
  readonly onShow: (from: number, to: number) => void;
  /** The page of a row: Enter and a click go there. */
  readonly pageOf?: (row: Row) => string | undefined;
  readonly sort?: {
    readonly by: string;
    readonly order: 'asc' | 'desc';
    readonly set: (by: string, order: 'asc' | 'desc') => void;
  };
}

/** Pixels; the style sheet has the same as --row. */
const rowHeight = 44;
const beyond = 8;

/**
 * A table of any length of which only the rows in sight exist. It scrolls with the page. The rows take the arrow keys, Page up and
 * down, Home and End; Enter opens one.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, layout, columns, total, at, keyOf, onShow, pageOf, sort } = props;
  const body = useRef<HTMLDivElement>(null);
  const { navigate } = useRouter();
  const [sight, setSight] = useState({ from: 0, to: 40 });
  const [active, setActive] = useState(0);
  const mustFocus = useRef(false);

  useEffect(() => {
    const look = () => {
      const { top } = body.current?.getBoundingClientRect() ?? { top: 0 };
      const from = Math.max(0, Math.floor(-top / rowHeight) - beyond);
      const to = Math.ceil((innerHeight - top) / rowHeight) + beyond;
      setSight((old) => (old.from === from && old.to === to ? old : { from, to }));
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, []);

  const from = Math.min(sight.from, Math.max(0, total - 1));
  const to = Math.min(sight.to, total);
  useEffect(() => onShow(from, Math.max(to, from + 1)), [from, to, onShow]);

  // The row that has the focus may have to be scrolled to before it exists.
  useLayoutEffect(() => {
    const row = mustFocus.current && body.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    if (!row) return;
    mustFocus.current = false;
    row.focus({ preventScroll: true });
  });

  const move = (index: number) => {
    const next = Math.max(0, Math.min(total - 1, index));
    const { top } = body.current?.getBoundingClientRect() ?? { top: 0 };
    const rowTop = top + next * rowHeight;
    const head = 96;
    if (rowTop < head) scrollBy(0, rowTop - head);
    else if (rowTop + rowHeight > innerHeight - 16) scrollBy(0, rowTop + rowHeight - innerHeight + 16);
    mustFocus.current = true;
    setActive(next);
  };
  const page = Math.max(1, Math.floor(innerHeight / rowHeight) - 4);
  const keys: Readonly<Record<string, (index: number) => number>> = {
    ArrowDown: (index) => index + 1,
    ArrowUp: (index) => index - 1,
    PageDown: (index) => index + page,
    PageUp: (index) => index - page,
    Home: () => 0,
    End: () => total - 1,
  };
  const pressed = (event: KeyboardEvent, index: number, row: Row | undefined) => {
    // What has the focus within a row (a button, a checkbox) keeps its own keys.
    if (event.target !== event.currentTarget) return;
    const target = keys[event.key]?.(index);
    if (target !== undefined) {
      event.preventDefault();
      move(target);
    } else if (event.key === 'Enter' && row) {
      const to = pageOf?.(row);
      if (to) navigate(to);
    }
  };
  const clicked = (event: MouseEvent, row: Row) => {
    if ((event.target as Element).closest('a, button, input, label') || getSelection()?.type === 'Range') return;
    const to = pageOf?.(row);
    if (to) navigate(to);
  };

  const visible = Array.from({ length: Math.max(0, to - from) }, (_, n) => from + n);
  // The one that takes the focus when the table is reached must exist.
  const reachable = active >= from && active < to ? active : from;
  return (
    <div class={`table ${layout}`} role="grid" aria-label={label} aria-rowcount={total + 1}>
      <div class="table-head" role="rowgroup">
        <div class="table-row" role="row" aria-rowindex={1}>
          {columns.map(({ name, sortBy, isSecondary }) => {
            const isSorted = sort !== undefined && sortBy === sort.by;
            return (
              <div
                key={name}
                role="columnheader"
                class={isSecondary ? 'is-secondary' : undefined}
                {...(sort && sortBy && { 'aria-sort': isSorted ? (sort.order === 'asc' ? 'ascending' : 'descending') : 'none' })}
              >
                {sort && sortBy ? (
                  <button
                    type="button"
                    class="sort"
                    onClick={() => sort.set(sortBy, isSorted && sort.order === 'asc' ? 'desc' : 'asc')}
                  >
                    {name}
                    {isSorted && <Icon name={sort.order === 'asc' ? 'up' : 'down'} />}
                  </button>
                ) : (
                  name
                )}
              </div>
            );
          })}
        </div>
      </div>
      <div class="table-body" role="rowgroup" ref={body} style={{ height: `${total * rowHeight}px` }}>
        {visible.map((index) => {
          const row = at(index);
          return (
            <div
              key={row ? keyOf(row) : index}
              class={`table-row${row && pageOf?.(row) ? ' is-link' : ''}`}
              role="row"
              aria-rowindex={index + 2}
              aria-busy={row === undefined}
              data-index={index}
              tabIndex={index === reachable ? 0 : -1}
              style={{ transform: `translateY(${index * rowHeight}px)` }}
              onFocus={() => setActive(index)}
              onKeyDown={(event) => pressed(event, index, row)}
              onClick={(event) => row && clicked(event, row)}
            >
              {columns.map(({ name, cell, isSecondary }) => (
                <div key={name} role="gridcell" class={isSecondary ? 'is-secondary' : undefined}>
                  {row ? cell(row) : <span class="bone" />}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
