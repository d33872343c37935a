import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';

/** Something that is counted. It only grows. */
export interface Count {
  inc(by?: number): void;
}

/** How values are distributed. */
export interface Distribution {
  /** Notes a value, in the unit that the metric's name has, `times` times. One below zero counts as zero: two clocks were compared. */
  observe(value: number, times?: number): void;
}

/** Metrics of one name, told apart by the values of its labels. */
export interface Family<M> {
  /** Returns the metric for these values, in the order of the labels. */
  of(...values: readonly string[]): M;
}

type CountName = `gatecast_${string}_total`;
type DistributionName = `gatecast_${string}_${'seconds' | 'bytes'}`;
type GaugeName = `gatecast_${string}`;

/**
 * The metrics of one process. What is counted is added to a number and read when somebody asks: prom-client would look the labels up
 * at each addition, which is a tenth of what an edge does for an event.
 */
export interface Metrics {
  count(name: CountName, help: string): Count;
  counts(name: CountName, help: string, labels: readonly string[]): Family<Count>;
  distribution(name: DistributionName, help: string, bounds?: readonly number[]): Distribution;
  distributions(
    name: DistributionName,
    help: string,
    labels: readonly string[],
    bounds?: readonly number[],
  ): Family<Distribution>;
  /** A value that is read when somebody asks; NaN: unknown now. */
  gauge(name: GaugeName, help: string, read: () => number): void;
  /** Several of them, told apart by one label. */
  gauges(name: GaugeName, help: string, label: string, read: () => Readonly<Record<string, number>>): void;
  /** The names of all metrics. */
  names(): readonly string[];
  /** Everything as Prometheus reads it. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** From a fraction of what an event takes through an idle system to far beyond what anybody waits for. */
const secondsBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300];
/** Whatever values come: a metric never has more than so many sets of them, and one of `other`. */
const setsMax = 2_000;
/** These walk through every socket of the process each time, and tell no more than our own metrics do. */
const walkingMetrics = ['handles', 'requests', 'resources'].flatMap((what) => [
  `nodejs_active_${what}`,
  `nodejs_active_${what}_total`,
]);

/** Opens the metrics of this process; those of the process itself (processor, memory, event loop) are there already. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of walkingMetrics) registry.removeSingleMetric(name);

  function register(name: string, help: string, type: Exposed['type'], read: () => readonly Sample[]): void {
    const exposed: Exposed = { name, help, type, aggregator: 'sum', get: async () => ({ name, help, type, values: read() }) };
    registry.registerMetric(exposed as unknown as Metric);
  }

  function family<M extends Samples>(
    type: Exposed['type'],
    name: string,
    help: string,
    labels: readonly string[],
    create: () => M,
  ): Family<M> {
    const all = new Map<string, { readonly labels: Labels; readonly metric: M }>();
    register(name, help, type, () => [...all.values()].flatMap((one) => one.metric.samples(name, one.labels)));
    return {
      of(...values) {
        const key = values.length === 1 ? (values[0] as string) : values.join('\n');
        const known = all.get(key);
        if (known) return known.metric;
        const other = labels.map(() => 'other');
        if (all.size >= setsMax && key !== other.join('\n')) return this.of(...other);
        const metric = create();
        all.set(key, { labels: Object.fromEntries(labels.map((label, index) => [label, values[index] ?? ''])), metric });
        return metric;
      },
    };
  }

  const counts: Metrics['counts'] = (name, help, labels) => family('counter', name, help, labels, () => new Tally());
  const distributions: Metrics['distributions'] = (name, help, labels, bounds = secondsBounds) =>
    family('histogram', name, help, labels, () => new Buckets(bounds));
  return {
    count: (name, help) => counts(name, help, []).of(),
    counts,
    distribution: (name, help, bounds) => distributions(name, help, [], bounds).of(),
    distributions,
    gauge: (name, help, read) => register(name, help, 'gauge', () => [{ labels: {}, value: read() }]),
    gauges: (name, help, label, read) =>
      register(name, help, 'gauge', () => Object.entries(read()).map(([key, value]) => ({ labels: { [label]: key }, value }))),
    names: () => registry.getMetricsAsArray().map(({ name }) => name),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

type Labels = Readonly<Record<string, string>>;

/** A line of what Prometheus reads, as prom-client takes it from a metric. */
interface Sample {
  readonly labels: Labels;
  readonly value: number;
  readonly metricName?: string;
}

interface Samples {
  samples(name: string, labels: Labels): readonly Sample[];
}

/** What a registry of prom-client asks of a metric. */
interface Exposed {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly aggregator: 'sum';
  get(): Promise<object>;
}

class Tally implements Count, Samples {
  #value = 0;

  inc(by = 1): void {
    this.#value += by;
  }

  samples(_name: string, labels: Labels): readonly Sample[] {
    return [{ labels, value: this.#value }];
  }
}

class Buckets implements Distribution, Samples {
  readonly #counts: number[];
  #sum = 0;

  constructor(private readonly bounds: readonly number[]) {
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number, times = 1): void {
    let index = 0;
    while (value > (this.bounds[index] ?? Number.POSITIVE_INFINITY)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + times;
    if (value > 0) this.#sum += value * times;
  }

  samples(name: string, labels: Labels): readonly Sample[] {
    let count = 0;
    const buckets = this.#counts.map((own, index) => {
      count += own;
      return { metricName: `${name}_bucket`, labels: { ...labels, le: String(this.bounds[index] ?? '+Inf') }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}
