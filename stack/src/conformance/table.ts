import type { Kind } from '@gatecast/contracts';
import type { Cell } from './run.js';

/** Returns the table of flows and kinds, a line each, then why cells are not `pass`, and last `N passed, N failed`. */
export function tableOf(cells: readonly Cell[], kinds: readonly Kind[], titles: Readonly<Record<string, string>>): string[] {
  const widths = kinds.map((kind) => Math.max(kind.length, 'not run'.length) + 2);
  const line = (first: string, texts: readonly string[], last: string) =>
    `${first.padEnd(6)}${texts.map((text, n) => text.padEnd(widths[n] as number)).join('')}${last}`.trimEnd();
  const flows = [...new Set(cells.map(({ flow }) => flow))];
  const resultOf = (flow: string, kind: Kind) => cells.find((cell) => cell.flow === flow && cell.kind === kind)?.result ?? '';
  const rows = flows.map((flow) =>
    line(
      flow,
      kinds.map((kind) => resultOf(flow, kind)),
      titles[flow] ?? '',
    ),
  );
  const count = (wanted: Cell['result']) => cells.filter(({ result }) => result === wanted).length;
  const others = (['n.a.', 'not run'] as const)
    .filter((result) => count(result) > 0)
    .map((result) => `${count(result)} ${result}`);
  return [
    line('flow', kinds, 'what is done'),
    ...rows,
    '',
    ...explanations(cells),
    ...(others.length > 0 ? [`${others.join(', ')}: counted neither as passed nor as failed`] : []),
    `${count('pass')} passed, ${count('FAIL')} failed`,
  ];
}

/** Every reason and note once, with the cells that it is of. */
function explanations(cells: readonly Cell[]): string[] {
  const lines = new Map<string, string[]>();
  const add = (text: string, { flow, kind }: Cell) => lines.set(text, [...(lines.get(text) ?? []), `${flow} ${kind}`]);
  for (const cell of cells) {
    for (const reason of cell.reasons) add(`${cell.result}: ${reason}`, cell);
    for (const note of cell.notes) add(`passed in part: ${note}`, cell);
  }
  return [...lines].map(([text, where]) => `${where.join(', ')}: ${text}`);
}
