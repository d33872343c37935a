import { type KeyedKind, type Kind, kindTraits, type Status, type SubscriptionStatus } from '@gatecast/contracts';
import type { SecureClient } from './secure-client.js';

/** An answer of the management API that is not a success. */
export class ManagementError extends Error {
  override readonly name = 'ManagementError';
  constructor(
    readonly status: number,
    /** The coded error; empty when the answer was none of the API's own. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A deployment as far as users of this client need it. */
export interface Deployment {
  readonly deploymentId: string;
  readonly gatewayId: string;
  readonly status: Status;
  readonly statusReason?: string;
}

/** A subscription as far as users of this client need it. */
export interface Subscription {
  readonly id: string;
  readonly subscriptionToken: string;
  readonly status: SubscriptionStatus;
}

/** The management API as one signed-in user of one organization. Each call rejects with a {@link ManagementError} unless it succeeds. */
export type ManagementClient = Awaited<ReturnType<typeof signIn>>;

const path = '/api/v0.9';

export interface SignIn {
  /** Where the API is: the front door or one api-service. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Handle; default: the user's first one. */
  readonly organization?: string;
}

/** Signs in. @throws ManagementError when the credentials are refused. */
export async function signIn(client: Pick<SecureClient, 'ask'>, { url, username, password, organization }: SignIn) {
  const form = new URLSearchParams({ username, password, ...(organization !== undefined && { organization }) });
  const { token } = await send<{ token: string }>('POST', '/api/portal/v0.9/auth/login', form);

  async function send<Body>(method: string, target: string, body?: object): Promise<Body> {
    const isForm = body instanceof URLSearchParams;
    const answer = await client.ask(`${url}${target}`, {
      method,
      headers: {
        ...(!isForm && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' }),
      },
      ...(body && { body: isForm ? body.toString() : JSON.stringify(body) }),
    });
    if (answer.status >= 200 && answer.status < 300) return (answer.text ? JSON.parse(answer.text) : undefined) as Body;
    const { code = '', message = answer.text } = jsonOf(answer.text);
    throw new ManagementError(answer.status, code, `${method} ${target}: ${answer.status} ${code} ${message}`);
  }

  const collection = (kind: Kind) => `${path}/${kindTraits(kind).collection}`;
  const apiKeys = (kind: KeyedKind, artifact: string) => `${collection(kind)}/${artifact}/api-keys`;
  const deployments = (kind: Kind, artifact: string) => `${collection(kind)}/${artifact}/deployments`;

  return {
    /** The token of this user. */
    token,
    /** Any request; `target` with its path, e.g. `/api/v0.9/gateways`. */
    send,

    createOrganization: (id: string) => send(`POST`, `${path}/organizations`, { id, displayName: id }),
    createProject: (id: string) => send(`POST`, `${path}/projects`, { id, displayName: id }),

    createGateway: (id: string) =>
      send('POST', `${path}/gateways`, {
        id,
        displayName: id,
        endpoints: [`https://${id}.example.com`],
        functionalityType: 'regular',
        version: '1.2',
      }),
    gateway: (id: string) => send<{ id: string; isActive: boolean }>('GET', `${path}/gateways/${id}`),
    deleteGateway: (id: string) => send('DELETE', `${path}/gateways/${id}`),
    createToken: (gateway: string) => send<{ id: string; token: string }>('POST', `${path}/gateways/${gateway}/tokens`),
    revokeToken: (gateway: string, tokenId: string) => send('DELETE', `${path}/gateways/${gateway}/tokens/${tokenId}`),

    createArtifact: (kind: Kind, body: object) => send<{ id: string }>('POST', collection(kind), body),
    deleteArtifact: (kind: Kind, artifact: string) => send('DELETE', `${collection(kind)}/${artifact}`),

    deploy: (kind: Kind, artifact: string, gateway: string, base = 'current') =>
      send<Deployment>('POST', deployments(kind, artifact), { name: 'deployment', base, gatewayId: gateway }),
    deployment: (kind: Kind, artifact: string, deploymentId: string) =>
      send<Deployment>('GET', `${deployments(kind, artifact)}/${deploymentId}`),
    undeploy: (kind: Kind, artifact: string, { deploymentId, gatewayId }: Pick<Deployment, 'deploymentId' | 'gatewayId'>) =>
      send<Deployment>('POST', `${deployments(kind, artifact)}/${deploymentId}/undeploy?gatewayId=${gatewayId}`),
    restore: (kind: Kind, artifact: string, { deploymentId, gatewayId }: Pick<Deployment, 'deploymentId' | 'gatewayId'>) =>
      send<Deployment>('POST', `${deployments(kind, artifact)}/${deploymentId}/restore?gatewayId=${gatewayId}`),
    /** Chooses the value for a REST API; the others generate theirs, which the answer has. */
    createApiKey: (kind: KeyedKind, artifact: string, body: { id: string; apiKey?: string } & Record<string, unknown>) =>
      send<{ id: string; apiKey?: string }>('POST', apiKeys(kind, artifact), { displayName: body.id, ...body }),
    updateApiKey: (kind: KeyedKind, artifact: string, id: string, body: Record<string, unknown> = {}) =>
      send('PUT', `${apiKeys(kind, artifact)}/${id}`, { displayName: id, ...body }),
    revokeApiKey: (kind: KeyedKind, artifact: string, id: string) => send('DELETE', `${apiKeys(kind, artifact)}/${id}`),

    createSubscriptionPlan: (id: string, body: Record<string, unknown> = {}) =>
      send<{ id: string }>('POST', `${path}/subscription-plans`, { id, displayName: id, ...body }),
    updateSubscriptionPlan: (id: string, body: Record<string, unknown> = {}) =>
      send('PUT', `${path}/subscription-plans/${id}`, { displayName: id, ...body }),
    deleteSubscriptionPlan: (id: string) => send('DELETE', `${path}/subscription-plans/${id}`),

    createSubscription: (body: { artifactId: string } & Record<string, unknown>) =>
      send<Subscription>('POST', `${path}/subscriptions`, body),
    updateSubscription: (id: string, body: { status: Subscription['status'] } & Record<string, unknown>) =>
      send<Subscription>('PUT', `${path}/subscriptions/${id}`, body),
    deleteSubscription: (id: string) => send('DELETE', `${path}/subscriptions/${id}`),

    createApplication: (id: string, body: Record<string, unknown> = {}) =>
      send<{ id: string }>('POST', `${path}/applications`, { id, displayName: id, ...body }),
    mapApiKey: (application: string, key: { id: string; artifactId: string; kind: KeyedKind }) =>
      send('POST', `${path}/applications/${application}/api-keys`, { apiKeys: [key] }),
    deleteApplication: (id: string) => send('DELETE', `${path}/applications/${id}`),

    deleteDeployment: (kind: Kind, artifact: string, deploymentId: string) =>
      send('DELETE', `${deployments(kind, artifact)}/${deploymentId}`),
  };
}

function jsonOf(text: string): { code?: string; message?: string } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
