import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Kind, kindTraits } from '@gatecast/contracts';
import { projectFolder } from '../project-folder.js';
import type { SecureClient } from '../secure-client.js';
import type { Stack } from '../stack.js';
import { type ManagementApi, signIn } from './management-api.js';

/** Handles of what the demo works with; kept from run to run. */
export const demoOrganization = 'demo';
const demoProject = 'demo';
const gatewayNames = ['gateway-1', 'gateway-2'];

/** An artifact that the demo deploys: the body that makes it, from `examples/`. */
export interface Example {
  readonly kind: Kind;
  /** Its path in the management API, with its handle. */
  readonly path: string;
  readonly collection: string;
  readonly handle: string;
  readonly body: object;
}

/** A gateway of the demo. */
export interface DemoGateway {
  readonly name: string;
  readonly token: string;
}

/** What a run of the demo starts from. */
export interface Preparation {
  readonly api: ManagementApi;
  readonly gateways: readonly DemoGateway[];
  readonly examples: readonly Example[];
}

/** Makes organization, project and gateways with fresh tokens, unless they are there, and removes artifacts that an interrupted run left. */
export async function prepare(stack: Stack, client: SecureClient): Promise<Preparation> {
  const { frontDoor } = stack.endpoints;
  const administrator = await signIn(client, frontDoor, stack.credentials);
  await administrator.call('POST', '/organizations', [201, 409], { id: demoOrganization, displayName: 'Demo' });
  const api = await signIn(client, frontDoor, { ...stack.credentials, organization: demoOrganization });
  await api.call('POST', '/projects', [201, 409], { id: demoProject, displayName: 'Demo' });

  const gateways: DemoGateway[] = [];
  for (const name of gatewayNames) {
    await api.call('POST', '/gateways', [201, 409], {
      id: name,
      displayName: name,
      endpoints: [`https://${name}.example.com`],
      functionalityType: 'regular',
    });
    // A token is shown once: last time's is of no use to anybody any more.
    const { list } = await api.call<{ list: { id: string }[] }>('GET', `/gateways/${name}/tokens`, [200]);
    for (const { id } of list) await api.call('DELETE', `/gateways/${name}/tokens/${id}`, [200]);
    const { token } = await api.call<{ token: string }>('POST', `/gateways/${name}/tokens`, [201]);
    gateways.push({ name, token });
  }

  const examples = readExamples();
  for (const example of examples.toReversed()) await api.call('DELETE', example.path, [204, 404]);
  return { api, gateways, examples };
}

/** One of each kind; a proxy after the provider that it needs. */
function readExamples(): Example[] {
  const files: [Kind, string][] = [
    ['RestApi', 'rest-api'],
    ['LlmProvider', 'llm-provider'],
    ['LlmProxy', 'llm-proxy'],
    ['Mcp', 'mcp-proxy'],
  ];
  return files.map(([kind, file]) => {
    const body = JSON.parse(readFileSync(path.join(projectFolder, 'examples', `${file}.json`), 'utf8')) as {
      id: string;
      projectId?: string;
    };
    const { collection } = kindTraits(kind);
    return {
      kind,
      collection,
      handle: body.id,
      path: `/${collection}/${body.id}`,
      body: { ...body, ...(body.projectId !== undefined && { projectId: demoProject }) },
    };
  });
}
