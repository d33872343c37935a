import { hear } from '@gatecast/broker';
import { type ReceiptsMessage, subjects } from '@gatecast/contracts';
import { newId } from '@gatecast/database';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startReceiptReports } from '../../../services/ws-edge/dist/receipt-reports.js';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';
import { until } from '../until.js';

let broker: OwnBroker;
beforeEach(async () => {
  broker = await startOwnBroker();
});
afterEach(() => broker.stop());

test('one pong that is the receipt for more events than fit in a message is reported in several', async () => {
  const heard: number[] = [];
  await hear<ReceiptsMessage>(
    broker.connection,
    subjects.receipts,
    ({ receipts }) => heard.push(...receipts.map(({ revision }) => revision)),
    (error) => expect.unreachable(String(error)),
  );
  await broker.connection.live().flush();
  const revisions = Array.from({ length: 6_000 }, (_, index) => index + 1);
  const organizationId = newId();
  const events = revisions.map((revision) => ({
    correlationId: newId(),
    organizationId,
    gatewayId: null,
    revision,
    entity: `artifact:${newId()}`,
    type: 'subscriptionPlan.updated',
    action: 'UPDATE' as const,
    committedAtMs: 1_800_000_000_000.123,
    publishedAtMs: 1_800_000_000_000.123,
    heardAtMs: 1_800_000_000_000.123,
    frame: Buffer.from('{}'),
  }));

  const reports = startReceiptReports(broker.connection, newId());
  reports.note(newId(), [{ events, through: 6_000, writtenAtMs: 1_800_000_000_000.123 }], 1_800_000_000_001);

  await until(() => heard).toEqual(revisions);
});
