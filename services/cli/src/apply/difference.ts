/** A line of a difference: in both, only before, or only after. */
export interface DifferenceLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** Lines beside a changed one that are shown too. */
const context = 2;
/** Past this product of lengths the parts that differ are shown as a whole. */
const comparisonsMax = 4_000_000;

/** Returns a JSON value as lines in which equal values are equal: with the names of fields in alphabetic order. */
export function jsonLines(value: unknown): string[] {
  return JSON.stringify(ordered(value), null, 2).split('\n');
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, part]) => [name, ordered(part)]),
  );
}

/** Returns the lines that differ with some around them, the fewest that lead from `before` to `after`; none when there is no difference. */
export function difference(before: readonly string[], after: readonly string[]): DifferenceLine[] {
  const lines = allLines(before, after);
  const changed = lines.flatMap(({ mark }, at) => (mark === ' ' ? [] : [at]));
  return lines.filter((_, at) => changed.some((one) => Math.abs(one - at) <= context));
}

function allLines(before: readonly string[], after: readonly string[]): DifferenceLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return [
    ...marked(' ', before.slice(0, start)),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...marked(' ', before.slice(before.length - end)),
  ];
}

/** By the longest common subsequence. */
function middle(before: readonly string[], after: readonly string[]): DifferenceLine[] {
  if (before.length * after.length > comparisonsMax) return [...marked('-', before), ...marked('+', after)];
  // common[i][j]: how many lines before.slice(i) and after.slice(j) have in common at most.
  const common = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      (common[i] as Uint32Array)[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DifferenceLine[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ mark: ' ', text: before[i] as string });
      i += 1;
      j += 1;
    } else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ mark: '-', text: before[i] as string });
      i += 1;
    } else {
      lines.push({ mark: '+', text: after[j] as string });
      j += 1;
    }
  }
  return lines;
}

function marked(mark: DifferenceLine['mark'], lines: readonly string[]): DifferenceLine[] {
  return lines.map((text) => ({ mark, text }));
}
