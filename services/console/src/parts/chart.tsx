import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { themeChanged } from './theme.js';

export interface Line {
  readonly name: string;
  /** One for each time; null where nothing was measured. */
  readonly values: readonly (number | null)[];
  /** As bars rather than as a line. */
  readonly isBars?: boolean;
}

interface ChartProps {
  readonly title: string;
  /** The same in words. */
  readonly summary: ComponentChildren;
  /** Milliseconds since 1970. */
  readonly times: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly lines: readonly Line[];
  readonly unit: string;
}

const height = 200;
const bars = uPlot.paths.bars?.({ size: [0.7, 40] }) as uPlot.Series.PathBuilder;

/** A chart over time with its message in words beneath the title. */
export function Chart(props: ChartProps) {
  const { title, summary, times, lines } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const newest = useRef(props);
  newest.current = props;
  const id = useId();
  const names = lines.map(({ name }) => name).join('\n');

  // Other lines are another chart; other values are not.
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsFor(newest, element), dataOf(newest.current), element);
    };
    draw();
    const resize = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    themeChanged.addEventListener('change', draw);
    scheme.addEventListener('change', draw);
    return () => {
      resize.disconnect();
      themeChanged.removeEventListener('change', draw);
      scheme.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [names]);
  useEffect(() => {
    plot.current?.setData(dataOf(newest.current));
  });

  const hasValues = times.length > 0 && lines.some(({ values }) => values.some((value) => value !== null));
  return (
    <figure class="chart" aria-labelledby={id}>
      <figcaption>
        <h2 id={id}>{title}</h2>
        <p class="muted">{summary}</p>
      </figcaption>
      <ul class="legend" aria-hidden="true">
        {lines.length > 1 &&
          lines.map(({ name }, index) => (
            <li key={name} class={`line-${(index % 4) + 1}`}>
              {name}
            </li>
          ))}
      </ul>
      <div class="chart-plot" ref={place} aria-hidden="true">
        {!hasValues && <p class="chart-empty muted">Nothing measured yet: it appears as it happens.</p>}
      </div>
    </figure>
  );
}

function dataOf({ times, lines }: ChartProps): uPlot.AlignedData {
  return [times.map((time) => time / 1_000), ...lines.map(({ values }) => [...values])] as uPlot.AlignedData;
}

function optionsFor(newest: { readonly current: ChartProps }, element: HTMLElement): uPlot.Options {
  const { lines, unit } = newest.current;
  const [text, grid] = [colorOf(element, '--text-muted'), colorOf(element, '--line')];
  const axis: uPlot.Axis = {
    stroke: text,
    font: '12px system-ui, sans-serif',
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: () => [newest.current.fromMs / 1_000, newest.current.toMs / 1_000] },
      y: { range: (_, __, max) => [0, Math.max(1, (max ?? 0) * 1.15)] },
    },
    axes: [
      { ...axis, values: '{HH}:{mm}', space: 70, size: 28 },
      { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => `${tick}${unit}`) },
    ],
    series: [
      {},
      ...lines.map(({ name, isBars }, index): uPlot.Series => {
        const color = colorOf(element, `--line-${(index % 4) + 1}`);
        return isBars
          ? { label: name, stroke: color, fill: color, width: 0, points: { show: false }, paths: bars }
          : { label: name, stroke: color, width: 2, spanGaps: true, points: { size: 4, fill: color } };
      }),
    ],
  };
}

/** A custom property keeps its `light-dark()`; a color that is used does not. */
function colorOf(element: HTMLElement, property: string): string {
  element.style.color = `var(${property})`;
  const { color } = getComputedStyle(element);
  element.style.color = '';
  return color;
}
