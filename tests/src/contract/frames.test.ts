import {
  type ApiKeyState,
  type ArtifactVerb,
  apiKeyCreated,
  apiKeyRevoked,
  apiKeyUpdated,
  applicationUpdated,
  artifactChange,
  type Change,
  connectionAckFrame,
  DeploymentAckFrame,
  envelopeOf,
  eventFrames,
  kinds,
  type PlanState,
  planCreated,
  planDeleted,
  planUpdated,
  type SubscriptionState,
  subscriptionCreated,
  subscriptionDeleted,
  subscriptionUpdated,
} from '@gatecast/contracts';
import { type ArtifactEvent, deploymentAck, readFrame } from '@gatecast/gateway-client';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { connectionAck as ackFacts, deploymentAck as deploymentAckFacts, deviations, envelope, payloads } from './facts.js';
import * as golden from './golden-frames.js';

const { artifactId, deploymentId, decidedAt, endsAt, keyId, planId, applicationId, subscriptionId } = golden;

const fullKey: ApiKeyState = {
  id: keyId,
  artifactId,
  handle: 'partner-key',
  keyHash: golden.sha256,
  maskedKey: '****d8',
  externalRefId: 'ref-1',
  issuer: 'portal',
  expiresAt: endsAt,
  createdAt: decidedAt,
  updatedAt: decidedAt,
};
const bareKey: ApiKeyState = { ...fullKey, externalRefId: null, issuer: null, expiresAt: null };
const fullSubscription = (status: SubscriptionState['status']): SubscriptionState => ({
  id: subscriptionId,
  artifactId,
  applicationId,
  token: 'token-of-16-chars',
  planId,
  status,
});
const bareSubscription = (status: SubscriptionState['status']) => ({
  ...fullSubscription(status),
  applicationId: null,
  planId: null,
});
const fullPlan = (status: PlanState['status']): PlanState => ({
  id: planId,
  handle: 'gold',
  displayName: 'Gold',
  limits: [{ limitType: 'REQUEST_COUNT', timeUnit: 'MINUTE', timeAmount: 1, limitCount: 1000, stopOnQuotaReach: false }],
  expiryTime: endsAt,
  status,
});
const barePlan = (status: PlanState['status']): PlanState => ({ ...fullPlan(status), limits: [], expiryTime: null });
const application = { id: applicationId, handle: 'shop', displayName: 'Shop', type: 'web', keyIds: [keyId] } as const;

/** What the services decide to say, in the order of the golden frames. */
const changes: Readonly<Record<string, readonly Change[]>> = {
  ...Object.fromEntries(
    kinds.flatMap(({ kind, eventPrefix }) => {
      const decided = (verb: ArtifactVerb, id: string) =>
        artifactChange({ kind, verb, artifactId, deploymentId: id, performedAt: decidedAt });
      return [
        [`${eventPrefix}.deployed`, [decided('deployed', deploymentId)]],
        [`${eventPrefix}.undeployed`, [decided('undeployed', deploymentId), decided('undeployed', '')]],
        [`${eventPrefix}.deleted`, [artifactChange({ kind, verb: 'deleted', artifactId })]],
      ];
    }),
  ),
  'apikey.created': [apiKeyCreated(fullKey), apiKeyCreated(bareKey)],
  'apikey.updated': [apiKeyUpdated(fullKey), apiKeyUpdated(bareKey)],
  'apikey.revoked': [apiKeyRevoked(fullKey)],
  'subscription.created': [subscriptionCreated(fullSubscription('ACTIVE')), subscriptionCreated(bareSubscription('ACTIVE'))],
  'subscription.updated': [subscriptionUpdated(fullSubscription('INACTIVE')), subscriptionUpdated(bareSubscription('INACTIVE'))],
  'subscription.deleted': [subscriptionDeleted(fullSubscription('ACTIVE')), subscriptionDeleted(bareSubscription('ACTIVE'))],
  'subscriptionPlan.created': [planCreated(fullPlan('ACTIVE')), planCreated(barePlan('ACTIVE'))],
  'subscriptionPlan.updated': [planUpdated(fullPlan('INACTIVE')), planUpdated(barePlan('INACTIVE'))],
  'subscriptionPlan.deleted': [planDeleted(fullPlan('ACTIVE'))],
  'application.updated': [applicationUpdated(application), applicationUpdated({ ...application, keyIds: [] })],
};

test('there is a golden frame, and something that sends it, for every event type of the contract', () => {
  const types = Object.keys(payloads).sort();
  expect(Object.keys(golden.events).sort()).toEqual(types);
  expect(Object.keys(changes).sort()).toEqual(types);
  expect(eventFrames.map(({ type }) => type).sort()).toEqual(types);
});

describe.each(Object.entries(golden.events))('%s', (type, frames) => {
  test('is sent letter by letter', () => {
    const sent = (changes[type] as Change[]).map((change) =>
      JSON.stringify(envelopeOf(change, golden.correlationId, decidedAt, 'somebody')),
    );
    expect(sent).toEqual(frames);
  });

  test('has what the contract says and nothing else', () => {
    for (const frame of frames) expect(deviations(envelope(type), JSON.parse(frame))).toEqual([]);
  });

  test('passes its schema, which lets no further field through and misses none', () => {
    const schema = Compile(eventFrames.find((one) => one.type === type)?.schema as never);
    for (const frame of frames) {
      const body = JSON.parse(frame);
      expect([...schema.Errors(body)]).toEqual([]);
      expect(schema.Check({ ...body, more: 1 })).toBe(false);
      expect(schema.Check({ ...body, payload: { ...body.payload, more: 1 } })).toBe(false);
      const required = Object.keys(payloads[type] as object).filter((name) => !name.endsWith('?'));
      for (const name of required) {
        const { [name]: _, ...rest } = body.payload;
        expect(schema.Check({ ...body, payload: rest }), name).toBe(false);
      }
    }
  });

  test('is understood by our gateway client', () => {
    for (const frame of frames) {
      const event = readFrame(frame);
      expect(event).toMatchObject({ type, correlationId: golden.correlationId });
      expect(event).not.toHaveProperty('ignored');
    }
  });

  test('is sent without userId when there is nobody to name', () => {
    const [change] = changes[type] as [Change];
    expect(JSON.stringify(envelopeOf(change, golden.correlationId, decidedAt, ''))).toBe(
      (frames[0] as string).replace(',"userId":"somebody"', ''),
    );
  });
});

test('connection.ack is sent letter by letter', () => {
  const sent = connectionAckFrame(artifactId, deploymentId, decidedAt);
  expect(sent).toBe(golden.connectionAck);
  expect(deviations(ackFacts, JSON.parse(sent))).toEqual([]);
});

describe.each(kinds)('deployment.ack of $kind', ({ eventPrefix, resourceType }) => {
  const event = (verb: string) => readFrame((golden.events[`${eventPrefix}.${verb}`] as string[])[0] as string) as ArtifactEvent;
  const { deployed, undeployed, failed, mismatch } = golden.acks(resourceType);

  test('is sent letter by letter by our gateway client', () => {
    const [deploy, undeploy] = [event('deployed'), event('undeployed')];
    expect(deploymentAck(deploy, deploy.performedAt)).toBe(deployed);
    expect(deploymentAck(undeploy, undeploy.performedAt)).toBe(undeployed);
    expect(deploymentAck(deploy, deploy.performedAt, 'GATEWAY_PROCESSING_ERROR')).toBe(failed);
    expect(deploymentAck(undeploy, undeploy.performedAt, 'DEPLOYMENT_ID_MISMATCH')).toBe(mismatch);
  });

  test('is as the contract says, and understood by the edge', () => {
    const schema = Compile(DeploymentAckFrame);
    for (const frame of [deployed, undeployed, failed, mismatch]) {
      expect(deviations(deploymentAckFacts, JSON.parse(frame))).toEqual([]);
      expect([...schema.Errors(JSON.parse(frame))]).toEqual([]);
    }
  });

  test('names the instant of the event, in other letters', () => {
    expect(Date.parse(JSON.parse(deployed).payload.performedAt)).toBe(decidedAt.getTime());
  });
});

test('the facts find a field too many, one too few and a value of another shape', () => {
  const good = { apiId: artifactId };
  const facts = payloads['api.deleted'] as object as Parameters<typeof deviations>[0];
  expect(deviations(facts, good)).toEqual([]);
  expect(deviations(facts, { ...good, vhost: 'x' })).toEqual(['vhost is not in the contract']);
  expect(deviations(facts, {})).toEqual(['apiId is missing']);
  expect(deviations(facts, { apiId: 'reading-list' })).toEqual(['apiId is no uuid: "reading-list"']);
});
