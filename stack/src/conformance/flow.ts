import { setTimeout as delay } from 'node:timers/promises';
import { type Kind, type KindTraits, keyedKinds, kindTraits } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import type { Deployment } from '../management-client.js';
import { ManagementError } from '../management-client.js';
import { FlowFailure } from './flow-failure.js';
import { NotSupported } from './gateway-under-test.js';
import type { SeenFrame } from './link.js';
import { artifactIdOf, type ConformanceGateway, type ConformanceWorld, example } from './world.js';

/** One row of the conformance list: what is done, and what must hold afterwards, for one kind at a time. */
export interface Flow {
  readonly title: string;
  /** Why it says nothing of a kind; undefined: it does. */
  readonly notFor?: (kind: Kind) => string | undefined;
  readonly act: (stage: FlowStage) => Promise<void>;
}

/** An artifact that a flow works with. */
export interface FlowArtifact {
  readonly kind: Kind;
  /** In the management API. */
  readonly handle: string;
  /** On gateways. */
  readonly id: string;
  readonly key: string | undefined;
  readonly subscription: string | undefined;
}

/** What a flow does and looks at. Whatever does not hold is a {@link FlowFailure}. */
export interface FlowStage {
  readonly kind: Kind;
  readonly traits: KindTraits;
  /** Gateways that are connected when a flow begins. */
  readonly gateways: ConformanceWorld['gateways'];
  readonly api: ConformanceWorld['api'];
  onPremises(): Promise<ConformanceGateway>;
  /** A new artifact that no gateway knows. */
  create(handle?: string): Promise<FlowArtifact>;
  /** Gives an artifact an API key, where its kind has them, and a subscription, where gateways can ask for them. */
  withCredentials(artifact: FlowArtifact): Promise<FlowArtifact>;
  deploy(artifact: FlowArtifact, gateway: ConformanceGateway): Promise<Deployment>;
  /** Decides a deploy and waits until the gateway serves it and has said so. */
  deployed(artifact: FlowArtifact, gateway: ConformanceGateway): Promise<Deployment>;
  /** Decides an undeploy and waits until the gateway holds it as undeployed and has said so. */
  undeployed(artifact: FlowArtifact, gateway: ConformanceGateway, deployment: Deployment): Promise<void>;
  /** Waits for a status, reached by the one event of its decision. */
  settled(artifact: FlowArtifact, deployment: Deployment, status: 'DEPLOYED' | 'UNDEPLOYED'): Promise<void>;
  remove(artifact: FlowArtifact): Promise<void>;
  statusOf(artifact: FlowArtifact, deployment: Deployment): Promise<string | undefined>;
  holds(
    gateway: ConformanceGateway,
    artifact: FlowArtifact,
    state: 'DEPLOYED' | 'UNDEPLOYED',
    deployment?: Deployment,
  ): Promise<void>;
  /** Waits until a gateway has the API key and the subscription of an artifact, as far as it has them. */
  hasCredentials(gateway: ConformanceGateway, artifact: FlowArtifact): Promise<void>;
  /** Looks whether a gateway has them still; without waiting, since what is lost may be sent again. */
  stillHasCredentials(gateway: ConformanceGateway, artifact: FlowArtifact): Promise<void>;
  /** Waits until a gateway has nothing of an artifact: no configuration, no keys, no subscriptions. */
  isGone(gateway: ConformanceGateway, artifact: FlowArtifact): Promise<void>;
  /** Events of an artifact that were written to a gateway, as their verbs. */
  verbsSeen(gateway: ConformanceGateway, artifact: FlowArtifact): string[];
  until(text: string, look: () => Promise<boolean> | boolean): Promise<void>;
  expect(text: string, holds: boolean): void;
  /** Does something that not every gateway has a way to do; says in the result that it was not looked at. */
  ifSupported(text: string, look: () => Promise<void>): Promise<void>;
  readonly notes: readonly string[];
}

const lookMs = 50;
const keyNames = new Set<Kind>(keyedKinds);
let made = 0;

/** Returns a stage for one flow and kind. */
export function openFlowStage(world: ConformanceWorld, kind: Kind, patienceMs: number): FlowStage {
  const traits = kindTraits(kind);
  const { api, database } = world;
  const notes: string[] = [];

  const stage: FlowStage = {
    kind,
    traits,
    api,
    gateways: world.gateways,
    onPremises: world.onPremises,
    notes,
    async create(handle = `${traits.filePrefix}-${++made}-${Date.now().toString(36)}`) {
      await api.createArtifact(kind, example(kind, handle));
      return { kind, handle, id: await artifactIdOf(database, kind, handle), key: undefined, subscription: undefined };
    },
    async withCredentials(artifact) {
      const key = keyNames.has(kind) ? `key-${artifact.handle}` : undefined;
      if (key)
        await api.send('POST', `/api/v0.9/${traits.collection}/${artifact.handle}/api-keys`, {
          id: key,
          displayName: key,
          ...(kind === 'RestApi' && { apiKey: `secret-value-of-${key}` }),
        });
      const subscription =
        kind === 'RestApi'
          ? (await api.send<{ id: string }>('POST', '/api/v0.9/subscriptions', { artifactId: artifact.handle, kind })).id
          : undefined;
      return { ...artifact, key, subscription };
    },
    deploy: (artifact, gateway) => api.deploy(kind, artifact.handle, gateway.id),
    async deployed(artifact, gateway) {
      const deployment = await stage.deploy(artifact, gateway);
      stage.expect('a deployment that no gateway has answered is DEPLOYING', deployment.status === 'DEPLOYING');
      await stage.settled(artifact, deployment, 'DEPLOYED');
      await stage.holds(gateway, artifact, 'DEPLOYED', deployment);
      return deployment;
    },
    async undeployed(artifact, gateway, deployment) {
      await api.undeploy(kind, artifact.handle, deployment);
      await stage.settled(artifact, deployment, 'UNDEPLOYED');
      await stage.holds(gateway, artifact, 'UNDEPLOYED', deployment);
    },
    async settled(artifact, deployment, status) {
      await stage.until(`the deployment is ${status}`, async () => (await stage.statusOf(artifact, deployment)) === status);
      const [row] = await database.query<{ reissues: number }>(sql`
        SELECT coalesce(sum(reissues), 0) AS reissues FROM artifact_gateways WHERE artifact_id = ${artifact.id}`);
      stage.expect('one event was enough for it', Number(row?.reissues) === 0);
    },
    remove: async ({ handle }) => void (await api.deleteArtifact(kind, handle)),
    async statusOf({ handle }, { deploymentId }) {
      try {
        return (await api.deployment(kind, handle, deploymentId)).status;
      } catch (error) {
        if (error instanceof ManagementError && error.status === 404) return undefined;
        throw error;
      }
    },
    holds: (gateway, { id }, state, deployment) =>
      stage.until(`${gateway.id} holds it as ${state}${deployment ? ', by that deployment' : ''}`, async () => {
        const held = await gateway.artifact(id);
        return held?.state === state && (!deployment || held.deploymentId === deployment.deploymentId);
      }),
    async hasCredentials(gateway, { id, key, subscription }) {
      if (key) await stage.until(`${gateway.id} has its API key`, async () => (await gateway.keys(id)).includes(key));
      if (subscription)
        await stage.ifSupported('subscriptions', () =>
          stage.until(`${gateway.id} has its subscription`, async () => (await gateway.subscriptions(id)).includes(subscription)),
        );
    },
    async stillHasCredentials(gateway, { id, key, subscription }) {
      if (key) stage.expect(`${gateway.id} still has its API key`, (await gateway.keys(id)).includes(key));
      if (subscription)
        await stage.ifSupported('subscriptions', async () =>
          stage.expect(`${gateway.id} still has its subscription`, (await gateway.subscriptions(id)).includes(subscription)),
        );
    },
    async isGone(gateway, { id, key, subscription }) {
      await stage.until(`${gateway.id} has nothing of it`, async () => (await gateway.artifact(id)) === undefined);
      if (key) await stage.until(`${gateway.id} has no API keys of it`, async () => (await gateway.keys(id)).length === 0);
      if (subscription)
        await stage.ifSupported('subscriptions', () =>
          stage.until(`${gateway.id} has no subscriptions of it`, async () => (await gateway.subscriptions(id)).length === 0),
        );
      await stage.ifSupported('content', async () =>
        stage.expect(`${gateway.id} has no configuration of it`, (await gateway.content(id)) === undefined),
      );
    },
    verbsSeen: ({ link }, { id }) =>
      link.frames
        .filter((frame) => isEventOf(traits, id, frame))
        .map(({ body }) => body.type.slice(traits.eventPrefix.length + 1)),
    async until(text, look) {
      const deadline = Date.now() + patienceMs;
      while (!(await look())) {
        if (Date.now() > deadline) throw new FlowFailure(`${text} (not within ${patienceMs / 1000} s)`);
        await delay(lookMs);
      }
    },
    expect(text, holds) {
      if (!holds) throw new FlowFailure(text);
    },
    async ifSupported(text, look) {
      try {
        await look();
      } catch (error) {
        if (!(error instanceof NotSupported)) throw error;
        const note = `${text} not looked at: ${error.message}`;
        if (!notes.includes(note)) notes.push(note);
      }
    },
  };
  return stage;
}

function isEventOf({ eventPrefix, idField }: KindTraits, artifactId: string, { direction, body }: SeenFrame): boolean {
  return direction === 'to gateway' && body.type?.startsWith(`${eventPrefix}.`) && body.payload?.[idField] === artifactId;
}
