import type { Row } from './main-job.js';

const columns: readonly {
  readonly title: string;
  readonly width: number;
  readonly right?: boolean;
  readonly of: (row: Row) => string;
}[] = [
  { title: 'step', width: 8, of: ({ step }) => step },
  { title: 'kind', width: 11, of: ({ kind }) => kind },
  { title: 'artifact', width: 17, of: ({ artifact }) => artifact },
  { title: 'gateway', width: 9, of: ({ gateway }) => gateway },
  { title: 'event', width: 22, of: ({ event }) => event },
  { title: 'revision', width: 8, right: true, of: ({ revision }) => String(revision ?? '–') },
  { title: 'receipt', width: 10, right: true, of: ({ receiptMs }) => (receiptMs === null ? '–' : `${receiptMs.toFixed(1)} ms`) },
  { title: 'status', width: 11, of: ({ status }) => status },
  { title: '', width: 0, of: ({ isGood, held }) => (isGood ? '' : `← does not hold; the gateway says: ${held}`) },
];

/** Returns the table's head, two lines. */
export function tableHead(): string {
  return `${line(columns.map(({ title }) => title))}\n${line(columns.map(({ width }) => '─'.repeat(width)))}`;
}

/** Returns one row as a line. */
export function tableRow(row: Row): string {
  return line(columns.map(({ of }) => of(row)));
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, at) => (columns[at]?.right ? cell.padStart(columns[at].width) : cell.padEnd(columns[at]?.width ?? 0)))
    .join('  ')
    .trimEnd();
}
