import { sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../until.js';
import { type CredentialWorld, startCredentialWorld } from './world.js';

let world: CredentialWorld;
beforeAll(async () => {
  world = await startCredentialWorld();
  await world.artifact('RestApi', 'keyed');
  for (const gateway of ['one', 'two']) await world.deploy('RestApi', 'keyed', gateway);
});
afterAll(() => world?.stop());

const path = '/rest-apis/keyed/api-keys';
const input = (id: string) => ({ id, displayName: id, apiKey: `the-key-called-${id}` });
const soon = { expiresIn: { duration: 4, unit: 'seconds' } };
const revoked = async () =>
  (await world.heard())
    .filter(({ type }) => type === 'apikey.revoked')
    .map(({ gateway, payload }) => `${payload.keyName} on ${gateway}`)
    .sort();

test('a key that was changed to end is revoked when it ends, once: a gateway may have heard of the change too late', async () => {
  for (const id of ['ends', 'ends-on-one', 'ends-as-made', 'goes-on']) {
    await world.done('POST', path, { ...input(id), ...(id === 'ends-as-made' && soon) });
  }
  await world.done('PUT', `${path}/ends`, { displayName: 'Ends', ...soon });
  await world.done('PUT', `${path}/goes-on`, { displayName: 'Goes on', expiresIn: { duration: 1, unit: 'hours' } });
  await world.done('PUT', `${path}/ends-on-one`, { displayName: 'Ends', allowedTargets: ['one'], ...soon });
  expect(await revoked()).toEqual(['ends-on-one on two']);

  const all = ['ends on one', 'ends on two', 'ends-on-one on one', 'ends-on-one on two'];
  await until(revoked).toEqual(all);

  await world.done('PUT', `${path}/ends`, { displayName: 'Ends later', expiresIn: { duration: 1, unit: 'hours' } });
  const given = (await world.heard()).filter(({ payload }) => payload.name === 'ends').map(({ type }) => type);
  expect(given).toEqual(['apikey.created', 'apikey.created', 'apikey.created', 'apikey.created']);
  await world.done('PUT', `${path}/ends`, { displayName: 'Ends again', ...soon });
  await until(revoked).toEqual(['ends on one', 'ends on one', 'ends on two', 'ends on two', ...all.slice(2)]);
  const due = sql`SELECT handle FROM api_keys WHERE NOT expiry_told AND expires_at <= clock_timestamp() AND updated_at > created_at`;
  expect(await world.database.query(due)).toEqual([]);
});
