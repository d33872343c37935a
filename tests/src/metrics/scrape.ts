/** What a process tells of itself at one moment. */
export interface Scrape {
  /** Returns the value of the line with this name and these labels. @throws Error when there is none: the metric is not there. */
  value(name: string, labels?: Readonly<Record<string, string>>): number;
  /** The sum over all lines of this name, 0 without any. */
  sum(name: string): number;
  readonly lines: readonly Line[];
}

interface Line {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads `/metrics` of a process. @throws Error when it is not served there. */
export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(`${url}/metrics`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url}/metrics answers ${response.status} ${text}`);
  const lines = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(lineOf);
  const of = (name: string) => lines.filter((line) => line.name === name);
  return {
    lines,
    value(name, labels = {}) {
      const found = of(name).find((line) => Object.entries(labels).every(([label, value]) => line.labels[label] === value));
      if (!found) throw new Error(`There is no ${name} ${JSON.stringify(labels)}; there are ${JSON.stringify(of(name))}`);
      return found.value;
    },
    sum: (name) => of(name).reduce((sum, { value }) => sum + value, 0),
  };
}

function lineOf(text: string): Line {
  const [, name = '', labels = '', value = ''] = /^([a-z0-9_]+)(?:\{(.*)\})? (\S+)$/.exec(text) ?? [];
  if (name === '') throw new Error(`'${text}' is no line of a metric.`);
  return {
    name,
    labels: Object.fromEntries([...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, of]) => [label, of])),
    value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value),
  };
}
