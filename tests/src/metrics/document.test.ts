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
  readonly labels: readonly string[];
}

/** Returns metrics that pass everything on, and what labels each of them was added with. */
function withLabels(metrics: Metrics): { readonly metrics: Metrics; readonly labels: ReadonlyMap<string, readonly string[]> } {
  const labels = new Map<string, readonly string[]>();
  const noted: Pick<Metrics, 'counts' | 'distributions' | 'gauges'> = {
    counts(name, help, own) {
      labels.set(name, own);
      return metrics.counts(name, help, own);
    },
    distributions(name, help, own, bounds) {
      labels.set(name, own);
      return metrics.distributions(name, help, own, bounds);
    },
    gauges(name, help, label, read) {
      labels.set(name, [label]);
      metrics.gauges(name, help, label, read);
    },
  };
  return { metrics: { ...metrics, ...noted }, labels };
}

/** What a process exposes once `add` has added its metrics, beside what every process has. */
async function exposedBy(add: (metrics: Metrics) => unknown): Promise<Described[]> {
  const { metrics, labels } = withLabels(openMetrics());
  const before = new Set(metrics.names());
  add(metrics);
  const text = await metrics.text();
  const of = (what: string) =>
    new Map([...text.matchAll(new RegExp(`^# ${what} (\\S+) (.*)$`, 'gm'))].map(([, name, value]) => [name, value]));
  const [helps, kinds] = [of('HELP'), of('TYPE')];
  return metrics
    .names()
    .filter((name) => !before.has(name))
    .map((name) => ({ name, kind: kinds.get(name) ?? '', help: helps.get(name) ?? '', labels: labels.get(name) ?? [] }));
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
])('docs/metrics.md has the metrics of "%s" with their labels, and what each means', (heading) => {
  const [, section = ''] = document.split(`## ${heading}\n`);
  const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `(gatecast_\w+)` \| (\w+) \| ([\w, ]*) \| (.*) \|$/gm)];
  const documented = rows.map(([, name, kind, labels = '', help]) => ({ name, kind, help, labels: labels.match(/\w+/g) ?? [] }));
  expect(documented.length).toBeGreaterThan(0);
  expect(documented).toEqual(exposed.get(heading));
});

/** An expression that is put to Prometheus: where it stands, what it is, and the labels that are told of its results. */
type Expression = [where: string, expression: string, told: readonly string[]];

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly annotations?: Readonly<Record<string, string>>;
}
interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[];
}
const labelsIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, label]) => label as string);
const expressions: Expression[] = [
  ...parse(read('deploy/prometheus/alerts.yml')).groups.flatMap(({ rules }: { rules: readonly Alert[] }) =>
    rules.map(({ alert, expr, annotations = {} }) => [
      `alert ${alert}`,
      expr,
      labelsIn(Object.values(annotations).join(), /\$labels\.(\w+)/g),
    ]),
  ),
  ...JSON.parse(read('deploy/grafana/gatecast.json')).panels.flatMap(({ title, targets = [] }: Panel) =>
    targets.map(({ expr, legendFormat = '' }) => [
      `panel ${title}`,
      expr.replaceAll('$__rate_interval', '5m'),
      labelsIn(legendFormat, /{{ *(\w+) *}}/g),
    ]),
  ),
];

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** What Prometheus adds to whatever it takes from a process. */
const ofEveryTarget = ['job', 'instance'];

/**
 * Returns the labels that the results of an expression can have, and says of every label that is chosen or grouped by without being on
 * any metric there. `own`: the labels of a metric.
 */
function labelsOf(
  expression: string,
  node: SyntaxNode,
  own: (metric: string) => readonly string[],
  say: (wrong: string) => void,
) {
  const text = ({ from, to }: SyntaxNode) => expression.slice(from, to);
  const check = (used: readonly SyntaxNode[], there: ReadonlySet<string>) => {
    for (const label of used) if (!there.has(text(label))) say(`${text(label)} in ${text(node)}`);
  };
  if (node.name === 'VectorSelector') {
    const name = text(node.getChild('Identifier') as SyntaxNode);
    const there = new Set([...own(name), ...ofEveryTarget]);
    const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
    check(
      matchers.flatMap((matcher) => matcher.getChildren('LabelName')),
      there,
    );
    return there;
  }
  const there = new Set<string>();
  for (let child = node.firstChild; child; child = child.nextSibling) {
    for (const label of labelsOf(expression, child, own, say)) there.add(label);
  }
  if (node.name !== 'AggregateExpr') return there;
  const grouping = node.getChild('AggregateModifier')?.getChild('GroupingLabels')?.getChildren('LabelName') ?? [];
  check(grouping, there);
  return new Set(grouping.map(text));
}

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

  test.each(expressions)('%s names labels that are there: %s', (_, expression, told) => {
    const all = new Map([...exposed.values()].flat().map(({ name, kind, labels }) => [name, { kind, labels }]));
    const own = (metric: string) => {
      const distribution = all.get(metric.replace(/_bucket$/, ''));
      return all.get(metric)?.labels ?? (distribution?.kind === 'histogram' ? [...distribution.labels, 'le'] : []);
    };
    const wrong: string[] = [];
    const there = labelsOf(expression, parser.parse(expression).topNode, own, (label) => wrong.push(label));
    expect(wrong).toEqual([]);
    expect(told.filter((label) => !there.has(label))).toEqual([]);
  });

  test.each(expressions.filter(([, expression]) => /gatecast_http_requests_total\{/.test(expression)))(
    '%s counts failures, and not the 501 that every gateway with artifacts of its own gets at each connect: %s',
    (_, expression) => {
      const matchers = [...expression.matchAll(/status(=~|!=)"([^"]+)"/g)] as unknown as [string, string, string][];
      const isCounted = (status: string) =>
        matchers.every(([, how, value]) => (how === '=~' ? new RegExp(`^(?:${value})$`).test(status) : status !== value));
      expect(['200', '500', '501', '503'].filter(isCounted)).toEqual(['500', '503']);
    },
  );

  test('there is an alert for each service of which no replica is left', () => {
    const absences = expressions.flatMap(([, expression]) => expression.match(/absent\(([^)]*)\)/g) ?? []);
    const reported = [...absences.join().matchAll(/absent\((?:up\{job="([a-z-]+)"\} == 1|(gatecast_\w+))\)/g)];
    const services = reported.map(
      ([, job, metric]) => job ?? [...exposed].find(([, metrics]) => metrics.some(({ name }) => name === metric))?.[0],
    );
    expect(services.sort()).toEqual(['api-service', 'artifacts-service', 'ws-edge']);
  });

  test('would be refused with a label that no metric has', () => {
    const labels: Readonly<Record<string, readonly string[]>> = { requests: ['status'], gateways: [] };
    const wrongIn = (expression: string) => {
      const wrong: string[] = [];
      labelsOf(
        expression,
        parser.parse(expression).topNode,
        (metric) => labels[metric] ?? [],
        (label) => wrong.push(label),
      );
      return wrong;
    };
    expect(
      wrongIn('sum by (job, status) (rate(requests{status="503"}[5m])) / on (job) group_left sum by (job) (gateways)'),
    ).toEqual([]);
    expect(wrongIn('sum(requests{code="503"})')).toEqual(['code in requests{code="503"}']);
    expect(wrongIn('max by (gateway) (gateways)')).toEqual(['gateway in max by (gateway) (gateways)']);
  });
});
