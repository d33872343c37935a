import specs from '@asyncapi/specs';
import { asyncApiDocument, gatewaySocketPath } from '@gatecast/contracts';
import { createLogger } from '@gatecast/service-kit';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../../services/api-service/dist/app.js';
import { createApp } from '../../../services/artifacts-service/dist/app.js';
import { ownMetrics } from '../artifacts-service/own-metrics.js';
import { connectionAck, deploymentAck, envelope, type Facts, notSent, payloads } from './facts.js';

// biome-ignore lint/suspicious/noExplicitAny: documents are looked into by paths that they may not have.
type Json = any;

describe('the document of the WebSocket', () => {
  const document = asyncApiDocument() as Json;
  const messageOf = (type: string) => Object.values<Json>(document.components.messages).find(({ name }) => name === type);

  test('validates as AsyncAPI 3', () => {
    const schema = structuredClone(specs.schemas['3.0.0'] as Json);
    // The validator knows that one by itself.
    delete schema.definitions['http://json-schema.org/draft-07/schema'];
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    const validate = ajv.compile(schema);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ ...document, channels: { gateway: { address: 1 } } })).toBe(false);
  });

  test('has no reference that leads nowhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path as string);
    expect(references.length).toBeGreaterThan(20);
    for (const path of references) {
      expect(
        path.split('/').reduce<Json>((node, name) => node?.[name], document),
        path,
      ).toBeDefined();
    }
  });

  test('has every event type of the contract, and no other', () => {
    const types = Object.values<Json>(document.components.messages).map(({ name }) => name);
    expect(types.sort()).toEqual(['connection.ack', 'deployment.ack', ...Object.keys(payloads)].sort());
    for (const type of notSent) expect(document.info.description).toContain(`\`${type}\``);
  });

  test('says in which direction each frame goes', () => {
    const namesOf = (operation: Json) =>
      operation.messages.map(({ $ref }: Json) =>
        document.channels.gateway.messages[$ref.split('/').at(-1)].$ref.split('/').at(-1),
      );
    const { tellGateway, hearVerdict } = document.operations;
    expect(tellGateway.action).toBe('send');
    expect(namesOf(hearVerdict)).toEqual(['deployment_ack']);
    expect(namesOf(tellGateway)).toHaveLength(Object.keys(payloads).length + 1);
    expect(document.channels.gateway.address).toBe(gatewaySocketPath);
  });

  test.each(Object.keys(payloads))('describes %s with exactly the fields of the contract', (type) => {
    expect(fields(messageOf(type).payload)).toEqual(factFields(envelope(type)));
  });
  test('describes connection.ack and deployment.ack with exactly the fields of the contract', () => {
    expect(fields(messageOf('connection.ack').payload)).toEqual(factFields(connectionAck));
    // Informational, so a gateway may leave it out.
    expect(fields(messageOf('deployment.ack').payload).map((name) => name.replace('resourceType?', 'resourceType'))).toEqual(
      factFields(deploymentAck),
    );
  });
});

describe.each([
  ['the internal API', () => createApp(createLogger('test', 'silent'), {} as never, undefined, ownMetrics())],
  [
    'the management API',
    () =>
      buildApp({
        logger: createLogger('test', 'silent'),
        deployments: {},
        waiting: {},
        consoleFolder: '',
        liveEvents: { close: () => undefined },
      } as never),
  ],
])('the document of %s', (_, build: () => Promise<Json>) => {
  let app: Json;
  beforeAll(async () => {
    app = await build();
    await app.ready();
  });
  afterAll(() => app?.close());

  test('validates as OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(JSON.stringify(app.swagger())) as never)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('has every route that the code serves, and the code serves every route that it has', () => {
    const documented = Object.entries<Json>(app.swagger().paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routesOf(app.printRoutes({ commonPrefix: false })).sort()).toEqual(documented.sort());
    expect(documented.length).toBeGreaterThan(10);
  });
});

/** The routes that Fastify has printed as a tree, without those for people and probes, in the notation of documents. */
function routesOf(tree: string): string[] {
  const path: string[] = [];
  const routes: string[] = [];
  for (const line of tree.split('\n')) {
    const [, indent = '', segment = '', methods = ''] = /^((?:│ {3}| {4})*(?:├── |└── ))(\S*)(?: \((.*)\))?$/.exec(line) ?? [];
    if (!indent) continue;
    path.splice(indent.length / 4 - 1, Number.POSITIVE_INFINITY, segment);
    const full = path.join('').replace(/:([a-zA-Z]+)/g, '{$1}');
    if (/^\/(healthz|readyz|metrics)|^\/console|\/docs(\/|$)/.test(full)) continue;
    routes.push(
      ...methods.split(', ').flatMap((method) => (['', 'HEAD', 'OPTIONS'].includes(method) ? [] : [`${method} ${full}`])),
    );
  }
  return routes;
}

/** Names of all fields of a schema, at any depth, with `?` where they may be left out. */
function fields(schema: Json, at = ''): string[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries<Json>(properties)
    .flatMap(([name, field]) => [
      `${at}${name}${required.includes(name) ? '' : '?'}`,
      ...fields(field, `${at}${name}.`),
      ...(field.items ? fields(field.items, `${at}${name}[].`) : []),
    ])
    .sort();
}

function factFields(facts: Facts, at = ''): string[] {
  return Object.entries(facts)
    .flatMap(([name, shape]) => [
      `${at}${name}`,
      ...(typeof shape === 'object' && 'one' in shape ? factFields(shape.one, `${at}${name}.`) : []),
      ...(typeof shape === 'object' && 'each' in shape ? factFields(shape.each, `${at}${name}[].`) : []),
    ])
    .sort();
}
