import { AsyncLocalStorage } from 'node:async_hooks';
import { hostname } from 'node:os';
import { type Context, type HrTime, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { ExportResultCode, parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Logger } from './logging.js';
import type { Attributes, Span, Traces } from './spans.js';

export interface TracingOptions {
  readonly serviceName: string;
  /** Takes OTLP over HTTP. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly sampler: string;
  readonly ratio: number;
  readonly logger: Logger;
}

const kinds = { server: SpanKind.SERVER, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER };
/** How long the end of a process may wait for a collector. */
const lastExportMs = 2_000;

/** Makes spans with OpenTelemetry and sends them in batches. `stop` resolves when the last ones are sent, or after a while without. */
export function startTracing(options: TracingOptions): { readonly traces: Traces; stop(): Promise<void> } {
  const { serviceName, url, headers, logger } = options;
  const exporter = tellingOnce(new OTLPTraceExporter({ url: url.href, headers }), url, logger);
  const own = {
    'service.name': serviceName,
    'service.namespace': 'gatecast',
    'host.name': hostname(),
    'process.pid': process.pid,
  };
  const provider = new BasicTracerProvider({
    // What the environment says of the service comes before.
    resource: resourceFromAttributes(own).merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(options),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('gatecast');
  const underWay = new AsyncLocalStorage<Context>();

  return {
    traces: {
      begin(name, { parent, kind, beganAtMs = now(), attributes = {} } = {}) {
        const within = parent === undefined ? (underWay.getStore() ?? ROOT_CONTEXT) : contextOf(parent);
        const span = tracer.startSpan(
          name,
          {
            startTime: timeOf(beganAtMs),
            attributes: given(attributes),
            ...(kind && { kind: kinds[kind] }),
          },
          within,
        );
        const { traceId, spanId, traceFlags } = span.spanContext();
        const isKept = (traceFlags & TraceFlags.SAMPLED) !== 0;
        return {
          traceparent: isKept ? `00-${traceId}-${spanId}-01` : undefined,
          within: (work) => underWay.run(trace.setSpan(within, span), work),
          end({ endedAtMs = now(), attributes: more = {}, moments = {}, error } = {}) {
            span.setAttributes(given(more));
            for (const [moment, atMs] of Object.entries(moments)) span.addEvent(moment, timeOf(atMs));
            if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
            span.end(timeOf(Math.max(beganAtMs, endedAtMs)));
          },
        } satisfies Span;
      },
    },
    async stop() {
      let overdue: NodeJS.Timeout | undefined;
      const tooLate = new Promise<void>((resolve) => {
        overdue = setTimeout(resolve, lastExportMs);
      });
      await Promise.race([provider.shutdown(), tooLate]);
      clearTimeout(overdue);
    },
  };
}

/** Nobody can be asked to mend what a client made up: then it begins a trace. */
function contextOf(traceparent: string): Context {
  const parsed = parseTraceParent(traceparent);
  return parsed ? trace.setSpanContext(ROOT_CONTEXT, { ...parsed, isRemote: true }) : ROOT_CONTEXT;
}

function samplerOf({ sampler, ratio }: Pick<TracingOptions, 'sampler' | 'ratio'>): Sampler {
  const [, followsParent, own] = /^(parentbased_)?(.*)$/.exec(sampler) ?? [];
  const root =
    own === 'always_off'
      ? new AlwaysOffSampler()
      : own === 'traceidratio'
        ? new TraceIdRatioBasedSampler(ratio)
        : new AlwaysOnSampler();
  return followsParent ? new ParentBasedSampler({ root }) : root;
}

/** Returns the exporter with one line in the log when it begins to fail, and one when it works again. */
function tellingOnce(exporter: SpanExporter, url: URL, logger: Logger): SpanExporter {
  let isFailing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS;
        if (failed && !isFailing) {
          logger.warn(
            { url: url.origin + url.pathname, reason: result.error?.message ?? 'no reason given' },
            'traces are lost: the collector does not take them; all else goes on',
          );
        }
        if (!failed && isFailing) logger.info('traces are taken again');
        isFailing = failed;
        done({ code: ExportResultCode.SUCCESS });
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function given(attributes: Attributes): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string | number | boolean] => entry[1] != null),
  );
}

/** Not a plain number, which OpenTelemetry may take for one that counts from the start of the process. */
function timeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.min(999_999_999, Math.round((ms - seconds * 1_000) * 1e6))];
}

/** Milliseconds since 1970 with a fraction. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
