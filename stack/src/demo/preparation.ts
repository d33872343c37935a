import type { Kind } from '@gatecast/contracts';
import { exampleOf, kindsInOrder } from '../examples.js';
import { type ManagementClient, ManagementError, signIn } from '../management-client.js';
import type { SecureClient } from '../secure-client.js';
import type { Stack } from '../stack.js';

/** Handles of what the demo works with; kept from run to run. */
export const demoOrganization = 'demo';
/** The examples name it. */
const demoProject = 'demo';
const gatewayNames = ['gateway-1', 'gateway-2'];

/** An artifact that the demo deploys. */
export interface Example {
  readonly kind: Kind;
  readonly handle: string;
  /** What makes it, from `examples/`. */
  readonly body: object;
}

/** A gateway of the demo. */
interface DemoGateway {
  readonly name: string;
  readonly token: string;
}

/** What a run of the demo starts from. */
export interface Preparation {
  readonly api: ManagementClient;
  readonly gateways: readonly DemoGateway[];
  readonly examples: readonly Example[];
}

/** Makes organization, project and gateways with fresh tokens, unless they are there, and removes artifacts that an interrupted run left. */
export async function prepare(stack: Stack, client: SecureClient): Promise<Preparation> {
  const login = { url: stack.endpoints.frontDoor, ...stack.credentials };
  const administrator = await signIn(client, login);
  await unless(409, administrator.createOrganization(demoOrganization));
  const api = await signIn(client, { ...login, organization: demoOrganization });
  await unless(409, api.createProject(demoProject));

  const gateways: DemoGateway[] = [];
  for (const name of gatewayNames) {
    await unless(409, api.createGateway(name));
    // A token is shown once: last time's is of no use to anybody any more.
    const { list } = await api.send<{ list: { id: string }[] }>('GET', `/api/v0.9/gateways/${name}/tokens`);
    for (const { id } of list) await api.revokeToken(name, id);
    const { token } = await api.createToken(name);
    gateways.push({ name, token });
  }

  const examples = readExamples();
  for (const { kind, handle } of examples.toReversed()) await unless(404, api.deleteArtifact(kind, handle));
  return { api, gateways, examples };
}

/** Waits for a request; a refusal with `status` says that there is nothing to do. */
async function unless(status: number, request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof ManagementError && error.status === status)) throw error;
  }
}

/** One of each kind; a proxy after the provider that it needs. */
function readExamples(): Example[] {
  return kindsInOrder.map((kind) => {
    const body = exampleOf(kind);
    return { kind, handle: body.id, body };
  });
}
