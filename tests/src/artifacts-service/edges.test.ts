import { BrokerUnavailableError, hear, request } from '@gatecast/broker';
import {
  type AuthenticateReply,
  type ConnectionReport,
  type CursorReport,
  type CursorsMoved,
  type PresenceChanged,
  type PresenceReply,
  type PresenceRequest,
  subjects,
} from '@gatecast/contracts';
import { newId, sql } from '@gatecast/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.js';
import { untilSomebodyWaits } from '../until-somebody-waits.js';
import { logEpochOf, type SeededGateway, seedGateway, seedOrganization } from './seed.js';
import { type Parts, startParts } from './setup.js';

let parts: Parts;
let logEpoch: string;
beforeAll(async () => {
  parts = await startParts();
  logEpoch = await logEpochOf(parts.database);
});
afterAll(() => parts?.stop());

const ask = <Answer>(subject: string, body: unknown) => request<Answer>(parts.broker, subject, body, 10_000);
const seed = async (head = 0) => seedGateway(parts.database, await seedOrganization(parts.database, head));

describe('authenticate', () => {
  const authenticate = (...gateways: readonly Pick<SeededGateway, 'tokenHash'>[]) =>
    ask<AuthenticateReply>(subjects.authenticate, { tokenHashes: gateways.map(({ tokenHash }) => tokenHash) });
  const cursorIs = (gateway: SeededGateway, confirmed: number, epoch = logEpoch) =>
    parts.database.query(
      sql`INSERT INTO gateway_cursors (gateway_id, log_epoch, confirmed, written) VALUES (${gateway.gatewayId}, ${epoch}, ${confirmed}, ${confirmed})`,
    );

  test('there is one answer per token, in the order asked; unknown and revoked ones are null', async () => {
    const [one, two, revoked] = [await seed(7), await seed(), await seed()];
    await parts.database.query(sql`UPDATE gateway_tokens SET revoked_at = now() WHERE id = ${revoked.tokenId}`);
    await cursorIs(one, 5);
    const answerOf = ({ gatewayId, organizationId, tokenId }: SeededGateway, cursor: number | null, head: number) => ({
      gatewayId,
      organizationId,
      tokenId,
      cursor,
      head,
    });
    expect(await authenticate(two, { tokenHash: '0'.repeat(64) }, one, revoked, one)).toEqual({
      logEpoch,
      gateways: [answerOf(two, null, 0), null, answerOf(one, 5, 7), null, answerOf(one, 5, 7)],
    });
  });

  test('without tokens there still is a log epoch', async () => {
    expect(await authenticate()).toEqual({ logEpoch, gateways: [] });
  });

  test('a cursor of another log epoch tells nothing', async () => {
    const gateway = await seed(7);
    await cursorIs(gateway, 5, newId());
    expect((await authenticate(gateway)).gateways).toMatchObject([{ cursor: null, head: 7 }]);
  });

  test('a cursor counts until the log is trimmed beyond it', async () => {
    const gateway = await seed(7);
    await cursorIs(gateway, 5);
    const trimThrough = (revision: number) =>
      parts.database.query(
        sql`UPDATE organization_heads SET trimmed_through = ${revision} WHERE organization_id = ${gateway.organizationId}`,
      );
    await trimThrough(5);
    expect((await authenticate(gateway)).gateways).toMatchObject([{ cursor: 5 }]);
    await trimThrough(6);
    expect((await authenticate(gateway)).gateways).toMatchObject([{ cursor: null }]);
  });

  test('a cursor beyond the head tells nothing', async () => {
    const gateway = await seed(7);
    await cursorIs(gateway, 8);
    expect((await authenticate(gateway)).gateways).toMatchObject([{ cursor: null, head: 7 }]);
  });

  test('a storm of 4,000 tokens is answered in one message', async () => {
    const gateway = await seed(2 ** 40);
    await cursorIs(gateway, 2 ** 40);
    const { gateways } = await authenticate(...Array.from({ length: 4_000 }, () => gateway));
    expect(gateways).toHaveLength(4_000);
    expect(new Set(gateways.map((one) => one?.gatewayId))).toEqual(new Set([gateway.gatewayId]));
  });
});

describe('cursors', () => {
  const report = (cursors: readonly CursorReport[], epoch = logEpoch) => ask(subjects.cursors, { logEpoch: epoch, cursors });
  const stored = async ({ gatewayId }: SeededGateway) => {
    const [row] = await parts.database.query<{ log_epoch: string; confirmed: number; written: number }>(sql`
      SELECT log_epoch, confirmed, written FROM gateway_cursors WHERE gateway_id = ${gatewayId}`);
    return row;
  };

  test('a cursor is stored when the report is answered', async () => {
    const gateway = await seed(9);
    await report([{ gatewayId: gateway.gatewayId, confirmed: 3, written: 5 }]);
    expect(await stored(gateway)).toEqual({ log_epoch: logEpoch, confirmed: 3, written: 5 });
  });

  test('whoever waits is told which gateways have come further, once that is stored', async () => {
    const told: string[] = [];
    const onMoved = ({ gatewayIds }: CursorsMoved) => void told.push(...gatewayIds);
    const waiting = await hear<CursorsMoved>(parts.broker, subjects.cursorsMoved, onMoved, () => undefined);
    const [one, two] = [await seed(9), await seed(9)];
    const at = ({ gatewayId }: SeededGateway, confirmed: number) => ({ gatewayId, confirmed, written: confirmed });
    await report([at(one, 3)]);
    await report([at(one, 3), at(two, 4)]);
    await report([at(one, 2), at(two, 10)]);
    await report([at(one, 5)]);
    await until(() => told).toEqual([one, two, one].map(({ gatewayId }) => gatewayId));
    waiting.close();
  });

  test('a gateway that is removed meanwhile costs the others nothing', async () => {
    const [removed, other] = [await seed(9), await seed(9)];
    const both = (confirmed: number) => [removed, other].map(({ gatewayId }) => ({ gatewayId, confirmed, written: confirmed }));
    await report(both(3));
    const reported = await parts.database.transaction(async (transaction) => {
      await transaction.query(sql`DELETE FROM gateways WHERE id = ${removed.gatewayId}`);
      const underWay = report(both(5));
      await untilSomebodyWaits(parts.database);
      return { underWay };
    });
    await reported.underWay;
    expect([await stored(removed), await stored(other)]).toMatchObject([undefined, { confirmed: 5 }]);
  });

  test('a cursor never goes back, in one report or in many at once', async () => {
    const gateway = await seed(100);
    const at = (confirmed: number) => ({ gatewayId: gateway.gatewayId, confirmed, written: confirmed });
    await report([at(40), at(10)]);
    await report([at(20)]);
    expect(await stored(gateway)).toMatchObject({ confirmed: 40, written: 40 });
    const revisions = Array.from({ length: 60 }, (_, index) => 41 + ((index * 37) % 60));
    await Promise.all(revisions.map((revision) => report([at(revision)])));
    expect(await stored(gateway)).toMatchObject({ confirmed: 100, written: 100 });
  });

  test('confirmed and written each keep their own highest', async () => {
    const gateway = await seed(100);
    await report([{ gatewayId: gateway.gatewayId, confirmed: 10, written: 50 }]);
    await report([{ gatewayId: gateway.gatewayId, confirmed: 20, written: 30 }]);
    expect(await stored(gateway)).toMatchObject({ confirmed: 20, written: 50 });
    await report([{ gatewayId: gateway.gatewayId, confirmed: 15, written: 60 }]);
    expect(await stored(gateway)).toMatchObject({ confirmed: 20, written: 60 });
  });

  test('a report of another log epoch is ignored', async () => {
    const gateway = await seed(9);
    await report([{ gatewayId: gateway.gatewayId, confirmed: 3, written: 3 }], newId());
    expect(await stored(gateway)).toBeUndefined();
  });

  test('a cursor of an earlier log epoch is replaced, even by a lower one', async () => {
    const gateway = await seed(9);
    await parts.database.query(
      sql`INSERT INTO gateway_cursors (gateway_id, log_epoch, confirmed, written) VALUES (${gateway.gatewayId}, ${newId()}, 8, 8)`,
    );
    await report([{ gatewayId: gateway.gatewayId, confirmed: 2, written: 2 }]);
    expect(await stored(gateway)).toEqual({ log_epoch: logEpoch, confirmed: 2, written: 2 });
  });

  test('a report beyond the head is ignored, those beside it are stored', async () => {
    const [liar, other] = [await seed(9), await seed(9)];
    await report([
      { gatewayId: liar.gatewayId, confirmed: 10, written: 10 },
      { gatewayId: liar.gatewayId, confirmed: 4, written: 4 },
      { gatewayId: newId(), confirmed: 1, written: 1 },
      { gatewayId: other.gatewayId, confirmed: 9, written: 9 },
    ]);
    expect(await stored(liar)).toMatchObject({ confirmed: 4 });
    expect(await stored(other)).toMatchObject({ confirmed: 9 });
  });
});

describe('presence', () => {
  const report = (presence: PresenceRequest) => ask<PresenceReply>(subjects.presence, presence);
  const connectionOf = ({ gatewayId }: { gatewayId: string }): ConnectionReport => ({
    connectionId: newId(),
    gatewayId,
    remoteAddress: '192.0.2.7',
    connectedAt: '2026-01-01T00:00:00.123Z',
  });
  const stored = async (edgeId: string) =>
    (await parts.database.query<{ id: string }>(sql`SELECT id FROM gateway_connections WHERE edge_id = ${edgeId}`))
      .map(({ id }) => id)
      .sort();
  const ids = (...connections: ConnectionReport[]) => connections.map(({ connectionId }) => connectionId).sort();

  test('connections come and go with the reports of their edge', async () => {
    const edgeId = newId();
    const [one, two, three] = [connectionOf(await seed()), connectionOf(await seed()), connectionOf(await seed())];
    await report({ edgeId, opened: [one, two] });
    await report({ edgeId, opened: [three], closed: [one.connectionId] });
    expect(await stored(edgeId)).toEqual(ids(two, three));
    const [row] = await parts.database.query(
      sql`SELECT gateway_id, remote_address, connected_at FROM gateway_connections WHERE id = ${two.connectionId}`,
    );
    expect(row).toEqual({ gateway_id: two.gatewayId, remote_address: '192.0.2.7', connected_at: new Date(two.connectedAt) });
  });

  test('connections of a gateway that is removed meanwhile cost the others nothing', async () => {
    const edgeId = newId();
    const [removed, other] = [connectionOf(await seed()), connectionOf(await seed())];
    const reported = await parts.database.transaction(async (transaction) => {
      await transaction.query(sql`DELETE FROM gateways WHERE id = ${removed.gatewayId}`);
      const underWay = report({ edgeId, opened: [removed, other] });
      await untilSomebodyWaits(parts.database);
      return { underWay };
    });
    await reported.underWay;
    expect(await stored(edgeId)).toEqual(ids(other));
  });

  test("when a connection came is told by the database's clock, whatever the edge's says", async () => {
    const edgeId = newId();
    const connection = connectionOf(await seed());
    await report({ edgeId, opened: [connection], sentAtMs: Date.parse(connection.connectedAt) + 60_000 });
    const [row] = await parts.database.query<{ ageMs: number }>(sql`
      SELECT (extract(epoch FROM now() - connected_at) * 1000)::float8 AS "ageMs" FROM gateway_connections WHERE edge_id = ${edgeId}`);
    expect(row?.ageMs).toBeGreaterThanOrEqual(60_000);
    expect(row?.ageMs).toBeLessThan(120_000);
  });

  test('whoever watches is told which gateways have other connections now', async () => {
    const told: string[][] = [];
    const onChange = ({ gatewayIds }: PresenceChanged) => void told.push([...gatewayIds]);
    const watching = await hear<PresenceChanged>(parts.broker, subjects.presenceChanged, onChange, () => undefined);
    const edgeId = newId();
    const [one, two] = [connectionOf(await seed()), connectionOf(await seed())];
    await report({ edgeId, opened: [one] });
    await report({ edgeId });
    await report({ edgeId, opened: [two], closed: [one.connectionId] });
    await report({ edgeId, stopped: true });
    await expect
      .poll(() => told.map((gatewayIds) => gatewayIds.sort()))
      .toEqual([[one.gatewayId], [one.gatewayId, two.gatewayId].sort(), [two.gatewayId]]);
    watching.close();
  });

  test('the whole list replaces what was known, of this edge alone', async () => {
    const [edgeId, otherId] = [newId(), newId()];
    const [gone, kept, fresh, others] = [
      connectionOf(await seed()),
      connectionOf(await seed()),
      connectionOf(await seed()),
      connectionOf(await seed()),
    ];
    await report({ edgeId, opened: [gone, kept] });
    await report({ edgeId: otherId, opened: [others] });
    await report({ edgeId, connections: [kept, fresh] });
    expect(await stored(edgeId)).toEqual(ids(kept, fresh));
    await report({ edgeId, connections: [] });
    expect(await stored(edgeId)).toEqual([]);
    expect(await stored(otherId)).toEqual(ids(others));
  });

  test('a connection that was opened and closed between two reports is not there', async () => {
    const edgeId = newId();
    const brief = connectionOf(await seed());
    await report({ edgeId, opened: [brief], closed: [brief.connectionId] });
    expect(await stored(edgeId)).toEqual([]);
  });

  test('a report that comes after a later one is out of date and changes nothing', async () => {
    const edgeId = newId();
    const [closed, here] = [connectionOf(await seed()), connectionOf(await seed())];
    await report({ edgeId, number: 1, connections: [] });
    await report({ edgeId, number: 4, connections: [here] });

    // Their answers did not come in time: the edge has told everything anew since.
    expect(await report({ edgeId, number: 2, opened: [closed] })).toEqual({ isNew: false });
    await report({ edgeId, number: 3, connections: [closed] });

    expect(await stored(edgeId)).toEqual(ids(here));
    await report({ edgeId, number: 5, closed: [here.connectionId] });
    expect(await stored(edgeId)).toEqual([]);
  });

  test('of reports that are stored at the same time the later one counts', async () => {
    const edgeId = newId();
    const [closed, here] = [connectionOf(await seed()), connectionOf(await seed())];
    await report({ edgeId, number: 1, connections: [] });
    for (let number = 2; number < 60; number += 2) {
      await Promise.all([
        report({ edgeId, number, opened: [closed] }),
        report({ edgeId, number: number + 1, connections: [here] }),
      ]);
      expect(await stored(edgeId)).toEqual(ids(here));
    }
  });

  test('connections of gateways that are gone are skipped', async () => {
    const edgeId = newId();
    const [here, gone] = [connectionOf(await seed()), connectionOf({ gatewayId: newId() })];
    await report({ edgeId, opened: [gone, here] });
    expect(await stored(edgeId)).toEqual(ids(here));
  });

  test('a heartbeat keeps the edge and its connections; one that is new is told so', async () => {
    const edgeId = newId();
    const connection = connectionOf(await seed());
    expect(await report({ edgeId, opened: [connection] })).toEqual({ isNew: true });
    await parts.database.query(sql`UPDATE edges SET heard_at = now() - interval '50 seconds' WHERE id = ${edgeId}`);
    expect(await report({ edgeId })).toEqual({ isNew: false });
    expect(
      await parts.database.query(sql`SELECT FROM edges WHERE id = ${edgeId} AND heard_at > now() - interval '10 seconds'`),
    ).toHaveLength(1);
    expect(await stored(edgeId)).toEqual(ids(connection));
  });

  test('an edge that stops takes its connections with it', async () => {
    const edgeId = newId();
    await report({ edgeId, opened: [connectionOf(await seed())] });
    await report({ edgeId, stopped: true });
    expect(await parts.database.query(sql`SELECT FROM edges WHERE id = ${edgeId}`)).toEqual([]);
    expect(await stored(edgeId)).toEqual([]);
  });

  test('a gateway that is deleted leaves no connection', async () => {
    const edgeId = newId();
    const gateway = await seed();
    await report({ edgeId, opened: [connectionOf(gateway)] });
    await parts.database.query(sql`DELETE FROM gateways WHERE id = ${gateway.gatewayId}`);
    expect(await stored(edgeId)).toEqual([]);
  });
});

test.each<[string, unknown]>([
  [subjects.authenticate, { tokenHashes: ['not a hash'] }],
  [subjects.authenticate, null],
  [subjects.eventLog, { organizationId: 'x', after: 0, through: 1 }],
  [subjects.eventLog, { organizationId: '0198a000-0000-7000-8000-000000000000', after: -1, through: 1.5 }],
  [subjects.cursors, { logEpoch: 'x', cursors: [] }],
  [
    subjects.cursors,
    {
      logEpoch: '0198a000-0000-7000-8000-000000000000',
      cursors: [{ gatewayId: '0198a000-0000-7000-8000-000000000000', confirmed: '1', written: 1 }],
    },
  ],
  [subjects.presence, { edgeId: '0198a000-0000-7000-8000-000000000000', opened: [{ connectionId: 'x' }] }],
  [subjects.presence, 'nonsense'],
])('a malformed request on %s is answered by an error and logged: %j', async (subject, body) => {
  const before = parts.service.log.length;
  await expect(ask(subject, body)).rejects.toBeInstanceOf(BrokerUnavailableError);
  await expect.poll(() => parts.service.log.slice(before)).toMatchObject([{ msg: 'malformed request of an edge', subject }]);
});
