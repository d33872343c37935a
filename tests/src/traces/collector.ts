import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as a collector gets it. */
export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it begins its trace. */
  readonly parentSpanId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The names of what happened in it. */
  readonly moments: readonly string[];
  readonly isError: boolean;
}

/** Takes spans by OTLP over HTTP from every process of a test. */
export interface Collector {
  readonly url: string;
  /** All that came of a trace so far. */
  trace(traceId: string): readonly CollectedSpan[];
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    if (request.method !== 'POST' || request.url !== '/v1/traces') return void response.writeHead(404).end();
    spans.push(...spansIn(JSON.parse(body)));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trace: (traceId) => spans.filter((span) => span.traceId === traceId),
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * A trace as a tree: each span as `service: name`, by its parent; those of one parent in the order of their names, since they may begin
 * at the same time. `root`: the span of who asked.
 */
export interface TraceTree {
  readonly [span: string]: TraceTree;
}

export function treeOf(spans: readonly CollectedSpan[], root: string): TraceTree {
  const children = spans.filter(({ parentSpanId }) => parentSpanId === root);
  return Object.fromEntries(
    children
      .map(({ service, name, spanId }): [string, TraceTree] => [`${service}: ${name}`, treeOf(spans, spanId)])
      .sort(([a], [b]) => a.localeCompare(b)),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: OTLP in JSON as it comes.
function spansIn(body: any): CollectedSpan[] {
  const spans: CollectedSpan[] = [];
  for (const { resource, scopeSpans } of body.resourceSpans) {
    const service = String(attributesOf(resource.attributes)['service.name']);
    for (const { spans: own } of scopeSpans) {
      for (const span of own) {
        spans.push({
          service,
          name: span.name,
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentSpanId ?? '',
          startMs: Number(span.startTimeUnixNano) / 1e6,
          endMs: Number(span.endTimeUnixNano) / 1e6,
          attributes: attributesOf(span.attributes),
          moments: (span.events ?? []).map(({ name }: { name: string }) => name),
          isError: span.status?.code === 2,
        });
      }
    }
  }
  return spans;
}

function attributesOf(
  list: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[],
): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
}
