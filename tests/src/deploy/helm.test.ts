import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from '@gatecast/stack';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type Service, settingsOf } from './settings.js';

// biome-ignore lint/suspicious/noExplicitAny: manifests of Kubernetes as they come.
type Json = any;

const chart = path.join(projectFolder, 'deploy/helm/gatecast');
const folders = [...(process.env.PATH ?? '').split(path.delimiter), path.join(os.homedir(), 'go/bin')];
const helm = [process.env.HELM_BIN, ...folders.map((folder) => path.join(folder, 'helm'))].find(
  (file) => file && existsSync(file),
);
if (!helm)
  process.stderr.write('The Helm chart was NOT rendered: there is no helm here. Install it, or name it with HELM_BIN.\n');

const run = (...args: string[]) => promisify(execFile)(helm as string, args, { maxBuffer: 16 * 1024 * 1024 });
/** What would be applied with these values. */
async function render(...values: string[]): Promise<Json[]> {
  const set = values.flatMap((value) => ['--set', value]);
  const { stdout } = await run('template', 'try', chart, '--kube-version', '1.30', '--namespace', 'gatecast', ...set);
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as Json)
    .filter(Boolean);
}
const named = (manifests: Json[], kind: string, name: string): Json =>
  manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === `try-${name}`);

const services = ['api-service', 'artifacts-service', 'ws-edge'] as const;

const values = (): Json => parse(readFileSync(path.join(chart, 'values.yaml'), 'utf8'));
const fits = new Ajv({ allErrors: true, strict: false }).compile(
  JSON.parse(readFileSync(path.join(chart, 'values.schema.json'), 'utf8')),
);

describe('the values of the Helm chart', () => {
  test('fit their own schema', () => {
    expect(fits(values())).toBe(true);
  });

  test.each<[string, (values: Json) => void]>([
    ['no replicas', (all) => Object.assign(all.wsEdge, { replicas: 0 })],
    ['a password among the settings', (all) => Object.assign(all.apiService.settings, { ADMIN_PASSWORD: 'admin' })],
    ['the database in the open', (all) => Object.assign(all.artifactsService.settings, { DATABASE_URL: 'postgresql://a:b@c/d' })],
    ['a number where an environment has text', (all) => Object.assign(all.wsEdge.settings, { CONNECTIONS_MAX: 5 })],
    ['a value that nobody reads', (all) => Object.assign(all, { replicaCount: 3 })],
    ['a password among the traces', (all) => Object.assign(all.traces, { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret' })],
    ['no Secret for a service', (all) => delete all.secrets.wsEdge],
  ])('are refused with %s', (_, spoil) => {
    const spoilt = values();
    spoil(spoilt);
    expect(fits(spoilt)).toBe(false);
  });
});

describe.skipIf(!helm)('the Helm chart', () => {
  test('passes helm lint, and is refused with values that do not fit', async () => {
    await run('lint', '--strict', chart);
    await expect(render('wsEdge.replicas=0')).rejects.toThrow(/replicas/);
  });

  test.each(services)('gives %s only settings that it reads, and what is secret as files', async (service) => {
    const [container] = named(await render(), 'Deployment', service).spec.template.spec.containers;
    const given: string[] = container.env.map(({ name }: Json) => name);
    const known: readonly string[] = settingsOf[service as Service];
    expect(given.filter((name) => !known.includes(name) && !known.includes(name.replace(/_FILE$/, '')))).toEqual([]);
    for (const { name, value, valueFrom } of container.env) {
      expect(valueFrom).toBeUndefined();
      if (/_URL|PASSWORD|KEY/.test(name)) expect([name, value]).toEqual([name, expect.stringMatching(/^\/credentials\//)]);
    }
  });

  test.each(services)('gives %s the collector of all traces, unless it has one of its own', async (service) => {
    const endpoint = 'traces.OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318';
    const own = 'wsEdge.settings.OTEL_EXPORTER_OTLP_ENDPOINT=http://near:4318';
    const [container] = named(await render(endpoint, own), 'Deployment', service).spec.template.spec.containers;
    const given = container.env.filter(({ name }: Json) => name.startsWith('OTEL_'));
    const value = service === 'ws-edge' ? 'http://near:4318' : 'http://collector:4318';
    expect(given).toEqual([{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value }]);
  });

  test.each(services)('ends %s only after its drain, and never all of it at once', async (service) => {
    const manifests = await render('shutdownGraceMs=45500');
    const { spec } = named(manifests, 'Deployment', service).spec.template;
    const [container] = spec.containers;
    const grace = Number(container.env.find(({ name }: Json) => name === 'SHUTDOWN_GRACE_MS').value);
    const [, lingerMs] = /setTimeout\(.*, (\d+)\)/.exec(container.lifecycle.preStop.exec.command.at(-1)) ?? [];
    expect(grace).toBe(45_500);
    expect(spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(grace + Number(lingerMs));
    expect(named(manifests, 'PodDisruptionBudget', service).spec.maxUnavailable).toBe(1);
    const { strategy } = named(manifests, 'Deployment', service).spec;
    expect(strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test.each(services)('asks %s what it answers, and lets it do nothing that it need not', async (service) => {
    const manifests = await render();
    const [container] = named(manifests, 'Deployment', service).spec.template.spec.containers;
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
    const port = Number(container.env.find(({ name }: Json) => name === 'PORT').value);
    expect(container.ports).toEqual([{ name: 'http', containerPort: port }]);
    expect(named(manifests, 'Service', service).spec.ports[0].port).toBe(port);
  });

  test('has the ports of the images, and an image for each of its containers', async () => {
    const dockerfile = readFileSync(path.join(projectFolder, 'Dockerfile'), 'utf8');
    const manifests = await render();
    for (const service of services) {
      const [, port] = new RegExp(`^FROM runtime AS ${service}\nENV PORT=(\\d+)`, 'm').exec(dockerfile) ?? [];
      expect(named(manifests, 'Service', service).spec.ports[0].port).toBe(Number(port));
    }
    const images = manifests.flatMap(({ spec }) => spec?.template?.spec?.containers ?? []).map(({ image }: Json) => image);
    expect(images.sort()).toEqual(
      ['api-service', 'artifacts-service', 'migrations', 'ws-edge'].map((name) => `gatecast/${name}:0.1.0`),
    );
    for (const image of images) expect(dockerfile).toContain(` AS ${image.split(/[/:]/)[1]}\n`);
  });

  test.each(services)('refuses among the settings of %s what it sets itself, and a secret', async (service) => {
    const part = service.replace(/-(.)/, (_, letter: string) => letter.toUpperCase());
    const [container] = named(await render(), 'Deployment', service).spec.template.spec.containers;
    const own: string[] = container.env
      .map(({ name }: Json) => name)
      .filter((name: string) => !(name in (values()[part].settings ?? {})));
    expect(own.length).toBeGreaterThan(4);
    const refused = [...own, 'SECRETS_OLD_KEY', 'OTEL_EXPORTER_OTLP_HEADERS'];
    const isTaken = (name: string) => {
      const changed = values();
      Object.assign(changed[part].settings, { [name]: 'something' });
      return fits(changed);
    };
    expect(isTaken('SECRETS_OLD_KEY_FILE')).toBe(true);
    expect(refused.filter(isTaken)).toEqual([]);
  });

  test('treats the pod of the migrations like every other: where it may run, what it is marked with, what it may take', async () => {
    const everywhere = ['nodeSelector.disk=fast', 'podAnnotations.team=gateways', 'tolerations[0].operator=Exists'];
    const pods = (await render(...everywhere)).flatMap(({ spec }) => (spec?.template?.spec ? [spec.template] : []));
    expect(pods).toHaveLength(services.length + 1);
    for (const { metadata, spec } of pods) {
      expect(spec.nodeSelector).toEqual({ disk: 'fast' });
      expect(spec.tolerations).toEqual([{ operator: 'Exists' }]);
      expect(metadata.annotations).toEqual({ team: 'gateways' });
      for (const { resources } of spec.containers) expect(Object.keys(resources).sort()).toEqual(['limits', 'requests']);
    }
  });

  test('lets the largest body that a service takes through the Ingress', async () => {
    const [ingress] = (await render('ingress.enabled=true')).filter(({ kind }) => kind === 'Ingress');
    const [, mebibytes] = /^(\d+)m$/.exec(ingress.metadata.annotations['nginx.ingress.kubernetes.io/proxy-body-size']) ?? [];
    const manifest = readFileSync(path.join(projectFolder, 'services/artifacts-service/src/manifest.ts'), 'utf8');
    const [, taken] = /manifestBytesMax = (\d+) \* 1024 \* 1024;/.exec(manifest) ?? [];
    expect(taken).toBeDefined();
    expect(mebibytes).toBe(taken);
  });

  test('migrates before anything of a release starts', async () => {
    const job = named(await render(), 'Job', 'migrations');
    expect(job.metadata.annotations['helm.sh/hook']).toBe('pre-install,pre-upgrade');
  });

  test('makes no Secret, and an Ingress with the front door’s routes when asked to', async () => {
    expect((await render()).map(({ kind }) => kind)).not.toContain('Secret');
    expect((await render()).map(({ kind }) => kind)).not.toContain('Ingress');
    const [ingress] = (await render('ingress.enabled=true')).filter(({ kind }) => kind === 'Ingress');
    const paths = ingress.spec.rules[0].http.paths.map((one: Json) => [one.path, one.backend.service.name]);
    expect(paths).toEqual([
      ['/api/internal/v1/ws', 'try-ws-edge'],
      ['/api/internal/v1', 'try-artifacts-service'],
      ['/internal/gateway', 'try-artifacts-service'],
      ['/', 'try-api-service'],
    ]);
  });
});
