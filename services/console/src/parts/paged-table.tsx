import type { ComponentChildren } from 'preact';
import type { Pages } from '../api/use-pages.js';
import { Loaded } from './states.js';
import { VirtualTable, type VirtualTableProps } from './virtual-table.js';

interface PagedTableProps<Row> extends Omit<VirtualTableProps<Row>, 'total' | 'at' | 'onShow'> {
  readonly pages: Pages<Row>;
  /** How many rows hold the place of those that are on their way. */
  readonly bones?: number;
  /** What is shown in place of no rows. */
  readonly empty: ComponentChildren;
}

/** A table of a long list of the API: only what is looked at is read. */
export function PagedTable<Row>({ pages, bones, empty, ...table }: PagedTableProps<Row>) {
  const { total, at, show, error, reload } = pages;
  return (
    <Loaded data={total} error={error} reload={reload} bones={bones}>
      {(rows) => (rows === 0 ? empty : <VirtualTable {...table} total={rows} at={at} onShow={show} />)}
    </Loaded>
  );
}
