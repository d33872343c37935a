import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { subjects } from '@gatecast/contracts';
import { projectFolder } from '@gatecast/stack';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Backends } from '../../../services/front-door/dist/backends.js';
import { routesTo } from '../../../services/front-door/dist/routes.js';
import { type Service, settingsOf } from './settings.js';

// biome-ignore lint/suspicious/noExplicitAny: a compose file as it comes.
type Json = any;

const read = (file: string) => readFileSync(path.join(projectFolder, file), 'utf8');
const compose: Json = parse(read('docker-compose.yml'), { merge: true });
const dockerfile = read('Dockerfile');
const services = ['api-service', 'artifacts-service', 'ws-edge', 'migrations'] as const;

describe('the images', () => {
  test('know every workspace before they install', () => {
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
    const folders = workspaces.flatMap((pattern) => {
      const [parent, star] = pattern.split('/') as [string, string?];
      return star ? readdirSync(path.join(projectFolder, parent)).map((name) => `${parent}/${name}`) : [parent];
    });
    expect(folders.length).toBeGreaterThan(8);
    for (const folder of folders) expect(dockerfile).toContain(`COPY ${folder}/package.json ${folder}/\n`);
  });

  test.each(services)('of %s run as nobody in particular, and Node gets their signals itself', (service) => {
    const [, stage = ''] = dockerfile.split(`FROM runtime AS ${service}\n`);
    expect(stage.split('\nFROM ')[0]).toContain(`CMD ["node", "services/${service}/dist/index.js"]`);
    const [, runtime = ''] = dockerfile.split(/^FROM .* AS runtime\n/m);
    expect(runtime.split('\nFROM ')[0]).toMatch(/^USER node$/m);
  });
});

describe('docker-compose.yml', () => {
  test.each(services)('gives %s only settings that it reads, and what is secret as files', (service) => {
    const given = Object.entries<string>(compose.services[service].environment);
    const known: readonly string[] = settingsOf[service as Service];
    expect(
      given.map(([name]) => name).filter((name) => !known.includes(name) && !known.includes(name.replace(/_FILE$/, ''))),
    ).toEqual([]);
    for (const [name, value] of given) {
      if (/_URL|PASSWORD|KEY/.test(name)) expect([name, value]).toEqual([name, expect.stringMatching(/^\/credentials\//)]);
    }
  });

  test('takes every setting of .env.example, with the default that is said there', () => {
    const said = new Map([...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
    const used = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+):-([^}]*)\}/g)];
    expect(said.size).toBeGreaterThan(5);
    for (const [, name, fallback] of used) expect([name, fallback]).toEqual([name, said.get(name)]);
    expect([...said.keys()].sort()).toEqual([...new Set(used.map(([, name]) => name))].sort());
  });

  test('waits longer for a service to end than the service takes', () => {
    for (const service of ['api-service', 'artifacts-service', 'ws-edge']) {
      expect(Number(/^(\d+)s$/.exec(compose.services[service].stop_grace_period)?.[1])).toBeGreaterThan(10);
    }
  });

  test('waits longer for the database to end, and to begin, than Compose does by itself', () => {
    const { stop_grace_period, healthcheck } = compose.services.postgres;
    expect(Number(/^(\d+)s$/.exec(stop_grace_period)?.[1])).toBeGreaterThan(10);
    expect(Number(/^(\d+)s$/.exec(healthcheck.start_period)?.[1])).toBeGreaterThan(60);
  });

  test('opens one port to the outside: the front door’s', () => {
    const open = Object.entries<Json>(compose.services).filter(([, { ports }]) => ports);
    expect(open.map(([name]) => name)).toEqual(['front-door']);
  });
});

describe('HAProxy', () => {
  const configuration = read('deploy/haproxy/haproxy.cfg');
  /** Which of its conditions a path meets, as HAProxy reads them. */
  function meets(acl: string, requested: string): boolean {
    const lines = [...configuration.matchAll(new RegExp(`^ +acl ${acl} (path|path_beg) (.*)$`, 'gm'))];
    expect(lines.length).toBeGreaterThan(0);
    return lines.some(([, how, values = '']) =>
      values.split(' ').some((value) => (how === 'path' ? requested === value : requested.startsWith(value))),
    );
  }
  const haproxy = (requested: string) =>
    meets('is-socket', requested) ? 'ws-edge' : meets('is-internal', requested) ? 'artifacts-service' : 'api-service';

  let frontDoor: (requested: string) => string;
  beforeAll(() => {
    const named = (service: string) => ({ service }) as unknown as Backends;
    const route = routesTo({
      apiService: named('api-service'),
      wsEdge: named('ws-edge'),
      artifactsService: named('artifacts-service'),
    });
    frontDoor = (requested) => route(requested).backends.service;
  });

  test.each([
    '/',
    '/console',
    '/api/v0.9/gateways',
    '/api/internal/v1/ws/gateways/connect',
    '/api/internal/v1/ws',
    '/api/internal/v1/wsx',
    '/api/internal/v1/deployments',
    '/api/internal/v1',
    '/api/internal/v10',
    '/internal/gateway/.well-known',
    '/internal/gateway',
    '/internal/gateways',
  ])('sends %s where the front door of one machine sends it', (requested) => {
    expect(haproxy(requested)).toBe(frontDoor(requested));
  });

  test('waits for api-service as long as the front door of one machine does, which is longer than a request may wait', () => {
    const [, section = ''] = configuration.split(/^backend api-service\n/m);
    const seconds = Number(/^ +timeout server (\d+)s$/m.exec(section.split('\nbackend ')[0] ?? '')?.[1]);
    const frontDoorMs = /ANSWER_TIMEOUT_MS: durationMs\(\{ default: ([\d_]+) \}\)/.exec(
      read('services/front-door/src/environment.ts'),
    );
    expect(seconds * 1_000).toBe(Number(frontDoorMs?.[1]?.replaceAll('_', '')));
    expect(seconds).toBeGreaterThan(300);
  });

  test.each(['api-service', 'artifacts-service', 'ws-edge'])(
    'answers for an absent %s with 503 and the right length',
    (service) => {
      const [head = '', body = ''] = read(`deploy/haproxy/unavailable/${service}.http`).split(/\r?\n\r?\n/);
      expect(head).toMatch(/^HTTP\/1\.1 503 /);
      expect(Number(/content-length: (\d+)/i.exec(head)?.[1])).toBe(Buffer.byteLength(body));
      expect(head).toMatch(/retry-after: \d/i);
      expect(() => JSON.parse(body)).not.toThrow();
    },
  );
});

test('the broker’s permissions name no subject that is not there, and every one that is', () => {
  const named = new Set(read('deploy/nats/accounts.conf').match(/gatecast\.[a-z.-]+/g));
  const known = Object.values(subjects).filter(
    (subject): subject is Extract<typeof subject, string> => typeof subject === 'string',
  );
  expect([...named].sort()).toEqual([...known].sort());
});
