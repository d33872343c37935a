import { setTimeout as delay } from 'node:timers/promises';
import type { Kind } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import type { HandledEvent } from './history.js';
import { readEventLog, readGateway } from './observation.js';
import type { Recording } from './recording.js';
import type { ChaosGateway, Organization } from './world.js';
import type { Intent, KnownDeployment } from './write-log.js';

/** An artifact that a scenario works with. */
export interface StagedArtifact {
  readonly organization: Organization;
  readonly kind: Kind;
  readonly handle: string;
}

/** Something that a scenario says must hold. */
export interface Expectation {
  readonly text: string;
  readonly holds: boolean;
}

/** How long things take in a scenario, and how long they may take. */
export interface Pace {
  /** How long a condition may take to come true, and everything to become quiet at the end. */
  readonly patienceMs: number;
  readonly quietMs: number;
  /** How long the broker is away in C5. */
  readonly outageMs: number;
}

/** Writes that must be accepted, and conditions that must come true; everything is recorded for the checker too. */
export interface Stage extends Recording {
  readonly pace: Pace;
  readonly expectations: readonly Expectation[];
  /** How long the condition took that took longest to come true. */
  readonly longestWaitMs: number;
  create(kind: Kind, handle: string, organization?: Organization): Promise<StagedArtifact>;
  deploy(artifact: StagedArtifact, gateway: ChaosGateway): Promise<KnownDeployment>;
  undeploy(artifact: StagedArtifact, deployment: KnownDeployment): Promise<void>;
  restore(artifact: StagedArtifact, deployment: KnownDeployment): Promise<void>;
  deleteDeployment(artifact: StagedArtifact, deployment: KnownDeployment): Promise<void>;
  remove(artifact: StagedArtifact): Promise<void>;
  /** Deploys an artifact again and again, as fast as answers come; resolves with the last deployment. */
  burst(artifact: StagedArtifact, gateway: ChaosGateway, count: number): Promise<KnownDeployment>;
  /** Waits until something holds. @throws ScenarioError when it does not in time. */
  until(text: string, condition: () => Promise<boolean>): Promise<void>;
  /** Notes whether something holds. */
  expect(text: string, holds: boolean): void;
  /** What a gateway handled so far. */
  handled(gateway: ChaosGateway): Promise<readonly HandledEvent[]>;
  /** Whether a gateway holds a deployment of some state. */
  holds(gateway: ChaosGateway, deployment: KnownDeployment, state: 'DEPLOYED' | 'UNDEPLOYED'): Promise<boolean>;
  /** The status of a deployment that its artifact's gateway has now. */
  status(deployment: KnownDeployment): Promise<string | undefined>;
  /** Whether the event log has something for a gateway that no write asked for. */
  wasIssuedAgain(gateway: ChaosGateway): Promise<boolean>;
  /** The edges' ids on which a gateway is connected. */
  edgesOf(gateway: ChaosGateway): Promise<string[]>;
  /** Whether the edge has written everything to a gateway that is for it, handled or not. */
  hasWrittenAll(gateway: ChaosGateway): Promise<boolean>;
  /** Trims all that is published from the event log, as api-service does by age. The recording keeps it. */
  trimEventLog(): Promise<void>;
  /** As it is a minute after the gateways' start: what their lists may have undone is not issued again any more. */
  forgetLists(): Promise<void>;
  wait(ms: number): Promise<void>;
}

/** A scenario could not go on. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

const lookMs = 50;

/** Returns a stage over what is being recorded. */
export function openStage(recording: Recording, pace: Pace): Stage {
  const { world, log } = recording;
  const expectations: Expectation[] = [];
  let longestWaitMs = 0;
  const [first] = world.organizations;
  if (!first) throw new Error('A scenario takes an organization.');

  async function write(intent: Intent): Promise<KnownDeployment | undefined> {
    const { outcome, made, refusal } = await log.send(intent);
    if (outcome !== 'accepted')
      throw new ScenarioError(`${intent.verb} ${intent.kind} ${intent.handle} is accepted (${refusal?.message ?? 'no answer'})`);
    return made;
  }

  const stage: Stage = {
    ...recording,
    pace,
    expectations,
    get longestWaitMs() {
      return longestWaitMs;
    },
    async create(kind, handle, organization = first) {
      await write({ organization, kind, handle, verb: 'create' });
      return { organization, kind, handle };
    },
    async deploy(artifact, gateway) {
      return (await write({ ...artifact, verb: 'deploy', gateway })) as KnownDeployment;
    },
    async undeploy(artifact, deployment) {
      await write({ ...artifact, verb: 'undeploy', deployment });
    },
    async restore(artifact, deployment) {
      await write({ ...artifact, verb: 'restore', deployment });
    },
    async deleteDeployment(artifact, deployment) {
      await write({ ...artifact, verb: 'delete deployment', deployment });
    },
    async remove(artifact) {
      await write({ ...artifact, verb: 'delete' });
    },
    async burst(artifact, gateway, count) {
      let last: KnownDeployment | undefined;
      for (let n = 0; n < count; n += 1) last = await stage.deploy(artifact, gateway);
      return last as KnownDeployment;
    },
    async until(text, condition) {
      const began = Date.now();
      while (!(await condition().catch(() => false))) {
        if (Date.now() > began + pace.patienceMs) throw new ScenarioError(`${text} (not within ${pace.patienceMs / 1000} s)`);
        await delay(lookMs);
      }
      longestWaitMs = Math.max(longestWaitMs, Date.now() - began);
      expectations.push({ text, holds: true });
    },
    expect(text, holds) {
      expectations.push({ text, holds });
    },
    handled: async (gateway) => (await readGateway(gateway)).handled,
    async holds(gateway, { deploymentId }, state) {
      const { store } = await readGateway(gateway);
      return store.some((artifact) => artifact.deploymentId === deploymentId && artifact.state === state);
    },
    async status({ deploymentId }) {
      const [row] = await world.database.query<{ status: string }>(
        sql`SELECT status FROM artifact_gateways WHERE deployment_id = ${deploymentId}`,
      );
      return row?.status;
    },
    wasIssuedAgain: async ({ gatewayId }) =>
      (await readEventLog(world.database)).some((event) => event.isReissued && event.gatewayId === gatewayId),
    async edgesOf({ gatewayId }) {
      const rows = await world.database.query<{ edgeId: string }>(sql`
        SELECT edge_id AS "edgeId" FROM gateway_connections WHERE gateway_id = ${gatewayId}`);
      return rows.map(({ edgeId }) => edgeId);
    },
    async hasWrittenAll({ gatewayId }) {
      const behind = await world.database.query(sql`
        SELECT 1 FROM events JOIN gateways ON gateways.organization_id = events.organization_id
        LEFT JOIN gateway_cursors AS cursor ON cursor.gateway_id = gateways.id
        WHERE gateways.id = ${gatewayId} AND (events.gateway_id = gateways.id OR events.gateway_id IS NULL)
          AND events.revision > coalesce(cursor.written, 0)`);
      return behind.length === 0;
    },
    async forgetLists() {
      await world.database.query(sql`DELETE FROM credential_listings`);
    },
    async trimEventLog() {
      await stage.until('all is published', async () => {
        const unpublished = await world.database.query(sql`
          SELECT 1 FROM organization_heads AS heads LEFT JOIN published_heads AS published USING (organization_id)
          WHERE heads.revision > coalesce(published.revision, 0)`);
        return unpublished.length === 0;
      });
      await world.database.transaction(async (transaction) => {
        recording.trimmed.push(...(await readEventLog(transaction)));
        await transaction.query(sql`
          UPDATE organization_heads AS heads SET trimmed_through = published.revision
          FROM published_heads AS published WHERE published.organization_id = heads.organization_id`);
        await transaction.query(sql`
          DELETE FROM events USING organization_heads AS heads
          WHERE heads.organization_id = events.organization_id AND events.revision <= heads.trimmed_through`);
      });
    },
    wait: (ms) => delay(ms),
  };
  return stage;
}
