import {
  type Action,
  type ApiKeyState,
  apiKeyCreated,
  apiKeyRevoked,
  apiKeyUpdated,
  applicationUpdated,
  artifactChange,
  type Change,
  type PlanState,
  planCreated,
  planDeleted,
  planUpdated,
  replayOrder,
  type SubscriptionState,
  subscriptionCreated,
  subscriptionDeleted,
  subscriptionUpdated,
} from '@gatecast/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Receiver } from './receiver.js';

interface Logged {
  readonly entity: string;
  readonly type: string;
  readonly action: Action;
  readonly frame: Uint8Array;
}

const logged = ({ entityType, entityId, type, action, payload }: Change): Logged => ({
  entity: `${entityType}:${entityId}`,
  type,
  action,
  frame: Buffer.from(JSON.stringify({ type, payload })),
});
const handleAll = (receiver: Receiver, events: readonly Logged[]) => {
  for (const { type, frame } of events) receiver.handle(type, JSON.parse(Buffer.from(frame).toString()).payload);
};

const names = ['a', 'b'] as const;

/**
 * One organization as api-service decides about it for one gateway, with the rules of services/api-service: what belongs to an artifact
 * comes with its deployment, changes are told where the artifact has a place, a plan goes along with a subscription.
 */
class Organization {
  readonly log: Logged[] = [];
  #made = 0;
  #clock = 1_700_000_000_000;
  readonly #artifacts = new Map<string, { id: string; hasPlace: boolean }>();
  readonly #keys = new Map<string, ApiKeyState & { allowed: boolean }>();
  readonly #plans = new Map<string, PlanState>();
  readonly #subscriptions = new Map<string, SubscriptionState>();
  readonly #applications = new Map<string, Set<string>>();

  get artifactIds(): Set<string> {
    return new Set([...this.#artifacts.values()].map(({ id }) => id));
  }

  #tell(...changes: readonly Change[]): void {
    this.log.push(...changes.map(logged));
  }

  #next(): { id: string; now: Date } {
    this.#made += 1;
    this.#clock += 1000;
    return { id: `made-${this.#made}`, now: new Date(this.#clock) };
  }

  deploy(name: string): void {
    const artifact = this.#artifacts.get(name) ?? { id: this.#next().id, hasPlace: false };
    this.#artifacts.set(name, { ...artifact, hasPlace: true });
    this.#tell(
      artifactChange({ kind: 'RestApi', verb: 'deployed', artifactId: artifact.id }),
      ...this.#belongings(artifact.id, false),
    );
  }

  undeploy(name: string): void {
    const artifact = this.#artifacts.get(name);
    if (artifact?.hasPlace) this.#tell(artifactChange({ kind: 'RestApi', verb: 'undeployed', artifactId: artifact.id }));
  }

  deleteArtifact(name: string): void {
    const artifact = this.#artifacts.get(name);
    if (!artifact) return;
    this.#artifacts.delete(name);
    for (const [key, { artifactId, id }] of this.#keys) {
      if (artifactId !== artifact.id) continue;
      this.#keys.delete(key);
      for (const mapped of this.#applications.values()) mapped.delete(id);
    }
    for (const [key, { artifactId }] of this.#subscriptions) if (artifactId === artifact.id) this.#subscriptions.delete(key);
    this.#tell(artifactChange({ kind: 'RestApi', verb: 'deleted', artifactId: artifact.id }));
  }

  putKey(artifactName: string, handle: string, allowed: boolean): void {
    const artifact = this.#artifacts.get(artifactName);
    if (!artifact) return;
    const { id, now } = this.#next();
    const before = this.#keys.get(`${artifact.id} ${handle}`);
    const key = {
      id: before?.id ?? id,
      artifactId: artifact.id,
      handle,
      keyHash: id,
      maskedKey: '',
      externalRefId: null,
      issuer: null,
      expiresAt: null,
      createdAt: now,
      updatedAt: now,
      allowed,
    };
    this.#keys.set(`${artifact.id} ${handle}`, key);
    if (!artifact.hasPlace) return;
    if (!allowed) {
      if (before?.allowed) this.#tell(apiKeyRevoked(key));
    } else if (before?.allowed) this.#tell(apiKeyUpdated(key));
    else this.#tell(apiKeyCreated(key), ...this.#applicationsOf([key.id]));
  }

  removeKey(artifactName: string, handle: string): void {
    const artifact = this.#artifacts.get(artifactName);
    const key = this.#keys.get(`${artifact?.id} ${handle}`);
    if (!artifact || !key) return;
    this.#keys.delete(`${artifact.id} ${handle}`);
    for (const mapped of this.#applications.values()) mapped.delete(key.id);
    if (artifact.hasPlace && key.allowed) this.#tell(apiKeyRevoked(key));
  }

  putPlan(name: string): void {
    const before = this.#plans.get(name);
    const { id } = this.#next();
    const plan: PlanState = {
      id: before?.id ?? id,
      handle: name,
      displayName: id,
      limits: [],
      expiryTime: null,
      status: 'ACTIVE',
    };
    this.#plans.set(name, plan);
    this.#tell(before ? planUpdated(plan) : planCreated(plan));
  }

  removePlan(name: string): void {
    const plan = this.#plans.get(name);
    if (!plan || [...this.#subscriptions.values()].some(({ planId }) => planId === plan.id)) return;
    this.#plans.delete(name);
    this.#tell(planDeleted(plan));
  }

  putSubscription(artifactName: string, subscriber: string, planName: string | undefined): void {
    const artifact = this.#artifacts.get(artifactName);
    if (!artifact) return;
    const { id } = this.#next();
    const before = this.#subscriptions.get(`${artifact.id} ${subscriber}`);
    const plan = planName === undefined ? undefined : this.#plans.get(planName);
    const subscription: SubscriptionState = {
      id: before?.id ?? id,
      artifactId: artifact.id,
      applicationId: null,
      token: before?.token ?? `token-${id}`,
      planId: plan?.id ?? null,
      status: before?.status === 'ACTIVE' ? 'INACTIVE' : 'ACTIVE',
    };
    this.#subscriptions.set(`${artifact.id} ${subscriber}`, subscription);
    if (!artifact.hasPlace) return;
    if (plan && plan.id !== before?.planId) this.#tell(planCreated(plan));
    this.#tell(before ? subscriptionUpdated(subscription) : subscriptionCreated(subscription));
  }

  removeSubscription(artifactName: string, subscriber: string): void {
    const artifact = this.#artifacts.get(artifactName);
    const subscription = this.#subscriptions.get(`${artifact?.id} ${subscriber}`);
    if (!artifact || !subscription) return;
    this.#subscriptions.delete(`${artifact.id} ${subscriber}`);
    if (artifact.hasPlace) this.#tell(subscriptionDeleted(subscription));
  }

  map(application: string, artifactName: string, handle: string, isMapped: boolean): void {
    const artifact = this.#artifacts.get(artifactName);
    const key = this.#keys.get(`${artifact?.id} ${handle}`);
    if (!artifact || !key) return;
    const mapped = this.#applications.get(application) ?? new Set();
    this.#applications.set(application, mapped);
    if (isMapped) mapped.add(key.id);
    else mapped.delete(key.id);
    if (artifact.hasPlace) this.#tell(this.#applicationOf(application));
  }

  /** What comes after a list that a gateway was told. */
  reissue(name: string): void {
    const artifact = this.#artifacts.get(name);
    if (artifact?.hasPlace) this.#tell(...this.#belongings(artifact.id, true));
  }

  #belongings(artifactId: string, isPaired: boolean): Change[] {
    const keys = [...this.#keys.values()].filter((key) => key.artifactId === artifactId && key.allowed);
    const subscriptions = [...this.#subscriptions.values()].filter((subscription) => subscription.artifactId === artifactId);
    const plans = [...this.#plans.values()].filter(({ id }) => subscriptions.some(({ planId }) => planId === id));
    return [
      ...keys.map(apiKeyCreated),
      ...plans.map(planCreated),
      ...subscriptions.flatMap((subscription) => [
        subscriptionCreated(subscription),
        ...(isPaired ? [subscriptionUpdated(subscription)] : []),
      ]),
      ...this.#applicationsOf(keys.map(({ id }) => id)),
    ];
  }

  #applicationsOf(keyIds: readonly string[]): Change[] {
    return [...this.#applications]
      .filter(([, mapped]) => keyIds.some((id) => mapped.has(id)))
      .map(([application]) => this.#applicationOf(application));
  }

  #applicationOf(application: string): Change {
    const keyIds = [...(this.#applications.get(application) ?? [])];
    return applicationUpdated({ id: application, handle: application, displayName: application, type: 'web', keyIds });
  }
}

type Step = (organization: Organization) => void;

const name = fc.constantFrom(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: name.map(
      (artifact): Step =>
        (organization) =>
          organization.deploy(artifact),
    ),
  },
  name.map(
    (artifact): Step =>
      (organization) =>
        organization.undeploy(artifact),
  ),
  name.map(
    (artifact): Step =>
      (organization) =>
        organization.deleteArtifact(artifact),
  ),
  {
    weight: 3,
    arbitrary: fc.tuple(name, name, fc.boolean()).map(
      (args): Step =>
        (organization) =>
          organization.putKey(...args),
    ),
  },
  fc.tuple(name, name).map(
    (args): Step =>
      (organization) =>
        organization.removeKey(...args),
  ),
  {
    weight: 2,
    arbitrary: name.map(
      (plan): Step =>
        (organization) =>
          organization.putPlan(plan),
    ),
  },
  {
    weight: 2,
    arbitrary: name.map(
      (plan): Step =>
        (organization) =>
          organization.removePlan(plan),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(name, name, fc.option(name, { nil: undefined })).map(
      (args): Step =>
        (organization) =>
          organization.putSubscription(...args),
    ),
  },
  fc.tuple(name, name).map(
    (args): Step =>
      (organization) =>
        organization.removeSubscription(...args),
  ),
  {
    weight: 2,
    arbitrary: fc.tuple(name, name, name, fc.boolean()).map(
      (args): Step =>
        (organization) =>
          organization.map(...args),
    ),
  },
  name.map(
    (artifact): Step =>
      (organization) =>
        organization.reissue(artifact),
  ),
);

/** Lets one gateway handle everything and another one what is left in each page after `cursor`, and compares them. */
function expectTheSame(steps: readonly Step[], cursor: number, page: number): void {
  const organization = new Organization();
  for (const one of steps) one(organization);
  const { log } = organization;
  const first = cursor % (log.length + 1);

  const all = new Receiver();
  handleAll(all, log);
  const replayed = new Receiver();
  handleAll(replayed, log.slice(0, first));
  for (let from = first; from < log.length; from += page) handleAll(replayed, replayOrder(log.slice(from, from + page)));

  expect(replayed.served).toEqual(all.served);
  expect(replayed.leftBeside(organization.artifactIds)).toEqual([]);
}

test('what is left of missed events brings a gateway to the same as all of them would, wherever it stopped and however it is paged', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }),
      fc.nat(),
      fc.integer({ min: 1, max: 80 }),
      expectTheSame,
    ),
    { numRuns: 5_000 },
  );
}, 120_000);

test('a key that was changed before its artifact came back has its own UUID, also when a page ends right after the deployment', () => {
  const steps: Step[] = [
    (organization) => organization.deploy('a'),
    (organization) => organization.putKey('a', 'key', true),
    (organization) => organization.undeploy('a'),
    (organization) => organization.putPlan('gold'),
    (organization) => organization.putKey('a', 'key', true),
    (organization) => organization.deploy('a'),
  ];
  expectTheSame(steps, 0, 3);
});
