import type { Service } from './lifecycle.js';
import { headerList, httpUrlOrEmpty, oneWord, ratio } from './settings.js';
import type { Traces } from './spans.js';

/** The settings of traces, by the names that OpenTelemetry gives them. */
export const traceSettings = {
  /** Where a collector takes OTLP over HTTP; spans go to `v1/traces` below it. Both empty: no traces. */
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrlOrEmpty({ default: '' }),
  /** The whole URL for spans; comes before the other. */
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrlOrEmpty({ default: '' }),
  /** What is sent along, `name=value`, several separated by commas: mostly who sends. */
  OTEL_EXPORTER_OTLP_HEADERS: headerList({ default: {} }),
  /** Which traces are kept. */
  OTEL_TRACES_SAMPLER: oneWord({
    choices: [
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
      'always_on',
      'always_off',
      'traceidratio',
    ],
    default: 'parentbased_always_on',
  }),
  /** For those by ratio: the part of all traces that is kept. */
  OTEL_TRACES_SAMPLER_ARG: ratio({ default: 1 }),
};

export interface TraceSettings {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT: URL | '';
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: URL | '';
  readonly OTEL_EXPORTER_OTLP_HEADERS: Readonly<Record<string, string>>;
  readonly OTEL_TRACES_SAMPLER: string;
  readonly OTEL_TRACES_SAMPLER_ARG: number;
}

/**
 * Returns what makes spans and sends them to the collector that the settings name, until the end of the service; undefined when they
 * name none. Nothing depends on the collector: while it is away its spans are lost, which is logged once.
 */
export async function openTraces(
  serviceName: string,
  service: Pick<Service, 'logger' | 'onStop'>,
  settings: TraceSettings,
): Promise<Traces | undefined> {
  const url = settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || below(settings.OTEL_EXPORTER_OTLP_ENDPOINT, 'v1/traces');
  if (!url) return undefined;
  // Only now: nobody else pays for loading it.
  const { startTracing } = await import('./open-telemetry.js');
  const { traces, stop } = startTracing({
    serviceName,
    url,
    headers: settings.OTEL_EXPORTER_OTLP_HEADERS,
    sampler: settings.OTEL_TRACES_SAMPLER,
    ratio: settings.OTEL_TRACES_SAMPLER_ARG,
    logger: service.logger,
  });
  service.onStop('traces', stop);
  return traces;
}

function below(base: URL | '', path: string): URL | '' {
  return base && new URL(path, base.href.endsWith('/') ? base : `${base.href}/`);
}
