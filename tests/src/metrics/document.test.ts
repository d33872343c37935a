import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createHttpApp, createLogger, type Metrics, openMetrics } from '@gatecast/service-kit';
import { projectFolder } from '@gatecast/stack';
import { parser } from '@prometheus-io/lezer-promql';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createMetrics as apiServiceMetrics } from '../../../services/api-service/dist/metrics.js';
import { createMetrics as artifactsServiceMetrics } from '../../../services/artifacts-service/dist/metrics.js';
import { createMetrics as frontDoorMetrics } from '../../../services/front-door/dist/metrics.js';
import { createMetrics as gatewayAgentMetrics } from '../../../services/gateway-agent/dist/metrics.js';
import { ConnectedGateways } from '../../../services/ws-edge/dist/gateways.js';
import { createMetrics as edgeMetrics } from '../../../services/ws-edge/dist/metrics.js';
import { EventWindow } from '../../../services/ws-edge/dist/window.js';

const read = (file: string) => readFileSync(path.join(projectFolder, file), 'utf8');
const document = read('docs/metrics.md');

interface Described {
  readonly name: string;
  readonly kind: string;
  readonly help: string;
}

/** What a process exposes once `add` has added its metrics, beside what every process has. */
async function exposedBy(add: (metrics: Metrics) => unknown): Promise<Described[]> {
  const metrics = openMetrics();
  const before = new Set(metrics.names());
  add(metrics);
  const text = await metrics.text();
  const of = (what: string) =>
    new Map([...text.matchAll(new RegExp(`^# ${what} (\\S+) (.*)$`, 'gm'))].map(([, name, value]) => [name, value]));
  const [helps, kinds] = [of('HELP'), of('TYPE')];
  return metrics
    .names()
    .filter((name) => !before.has(name))
    .map((name) => ({ name, kind: kinds.get(name) ?? '', help: helps.get(name) ?? '' }));
}

const shared = 'Broker and database, of the services that have them';
const noPools = () => ({});
const exposed = new Map<string, Described[]>();
beforeAll(async () => {
  const http = (metrics: Metrics) =>
    createHttpApp({ logger: createLogger('test', 'silent'), errorBody: () => ({}), ready: async () => undefined, metrics });
  const all: Record<string, Described[]> = {
    'Every service that answers HTTP': await exposedBy(http),
    'api-service': await exposedBy((metrics) =>
      apiServiceMetrics(metrics, {
        pools: noPools,
        relay: () => ({ isActive: false }),
        waiting: () => ({ count: () => 0 }),
      }),
    ),
    'artifacts-service': await exposedBy((metrics) => artifactsServiceMetrics(metrics, noPools)),
    'ws-edge': await exposedBy((metrics) =>
      edgeMetrics(metrics, {
        gateways: () => new ConnectedGateways(),
        window: () => new EventWindow(1, () => undefined),
        isWarm: () => false,
      }),
    ),
    'front-door': await exposedBy((metrics) => frontDoorMetrics(metrics, () => [])),
    'gateway-agent': await exposedBy((metrics) => gatewayAgentMetrics(metrics, () => ({ state: 'CONNECTED' }))),
  };
  const isShared = ({ name }: Described) => /^gatecast_(database|broker)_/.test(name);
  exposed.set(shared, all['artifacts-service']?.filter(isShared) ?? []);
  for (const [service, metrics] of Object.entries(all)) {
    exposed.set(
      service,
      metrics.filter((metric) => !isShared(metric)),
    );
  }
});

test.each([
  'Every service that answers HTTP',
  shared,
  'api-service',
  'artifacts-service',
  'ws-edge',
  'front-door',
  'gateway-agent',
])('docs/metrics.md has the metrics of "%s", and what each means', (heading) => {
  const [, section = ''] = document.split(`## ${heading}\n`);
  const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(gatecast_\w+)` \| (\w+) \| [\w, ]* \| (.*) \|$/gm)];
  const documented = rows.map(([, name, kind, help]) => ({ name, kind, help }));
  expect(documented.length).toBeGreaterThan(0);
  expect(documented).toEqual(exposed.get(heading));
});

/** Every expression that is put to Prometheus, by where it stands. */
const expressions: [string, string][] = [
  ...parse(read('deploy/prometheus/alerts.yml')).groups.flatMap(({ rules }: { rules: { alert: string; expr: string }[] }) =>
    rules.map(({ alert, expr }) => [`alert ${alert}`, expr]),
  ),
  ...JSON.parse(read('deploy/grafana/gatecast.json')).panels.flatMap(
    ({ title, targets = [] }: { title: string; targets?: { expr: string }[] }) =>
      targets.map(({ expr }) => [`panel ${title}`, expr.replaceAll('$__rate_interval', '5m')]),
  ),
];

describe('alert rules and dashboard', () => {
  test('are there', () => {
    expect(expressions.filter(([where]) => where.startsWith('alert')).length).toBeGreaterThan(5);
    expect(expressions.filter(([where]) => where.startsWith('panel')).length).toBeGreaterThan(10);
  });

  test.each(expressions)('%s is an expression of Prometheus: %s', (_, expression) => {
    const errors: string[] = [];
    parser.parse(expression).iterate({
      enter: ({ type, from, to }) => void (type.isError && errors.push(`at ${from}: ${expression.slice(from, to)}`)),
    });
    expect(errors).toEqual([]);
  });

  test.each(expressions)('%s names metrics that are there: %s', (_, expression) => {
    const kinds = new Map([...exposed.values()].flat().map(({ name, kind }) => [name, kind]));
    const ofTheProcess = new Set(openMetrics().names());
    for (const [name] of expression.matchAll(/\b(gatecast|nodejs|process)_\w+/g)) {
      const distribution = name.replace(/_(bucket|sum|count)$/, '');
      const isThere = kinds.has(name) || ofTheProcess.has(name) || kinds.get(distribution) === 'histogram';
      expect([name, isThere]).toEqual([name, true]);
    }
  });
});
