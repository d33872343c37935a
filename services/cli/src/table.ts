import { printable } from './printable.js';
import { styled, type Terminal, type Text } from './terminal.js';

/** A column: its title and what a row has in it. */
export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => Text;
}

const gap = 2;

/** Writes rows under their titles, each column as wide as its widest cell. */
export function writeTable<Row>(terminal: Terminal, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const lines = [columns.map(({ title }): Text => styled('bold', title)), ...rows.map((row) => columns.map(({ of }) => of(row)))];
  const widths = columns.map((_, at) => lines.reduce((widest, cells) => Math.max(widest, lengthOf(cells[at])), 0));
  for (const cells of lines) {
    const filled = cells.slice(0, -1).flatMap((cell, at) => [cell, ' '.repeat((widths[at] ?? 0) - lengthOf(cell) + gap)]);
    terminal.line(...filled, ...cells.slice(-1));
  }
}

function lengthOf(cell: Text = ''): number {
  return [...printable(typeof cell === 'string' ? cell : cell.text)].length;
}
