import { eventStream, type HeardEntity } from '@gatecast/contracts';
import { AckPolicy, DeliverPolicy, nanos, ReplayPolicy } from 'nats';
import { type BrokerConnection, BrokerUnavailableError } from './connection.js';
import { eventMetaOf } from './event-message.js';

const silenceMs = 5_000;

/** Returns everything that the events in the stream are about, once for each gateway. Only their headers travel. @throws BrokerUnavailableError when not all could be read. */
export async function streamedEntities(connection: BrokerConnection): Promise<HeardEntity[]> {
  const nc = connection.live();
  const jsm = await nc.jetstreamManager({ checkAPI: false });
  const found = new Map<string, HeardEntity>();
  const inbox = connection.newInbox();
  let heard = 0;
  let expected: number | undefined;
  let done: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const complete = new Promise<void>((resolve, reject) => {
    done = resolve;
    fail = reject;
  });
  // It may fail before it is awaited.
  complete.catch(() => undefined);
  const overdue = setTimeout(() => fail(new BrokerUnavailableError('The stream fell silent while it was read.')), silenceMs);
  const subscription = nc.subscribe(inbox, {
    callback: (error, message) => {
      if (error) return fail(error);
      if (message.headers?.code === 100) return void (message.reply && message.respond());
      // Not by a heartbeat: of what was counted some may have left the stream meanwhile.
      overdue.refresh();
      heard += 1;
      const meta = eventMetaOf(message.headers);
      if (meta) {
        const { organizationId, gatewayId, entity, type } = meta;
        found.set(`${organizationId} ${gatewayId} ${entity}`, { organizationId, gatewayId, entity, type });
      }
      if (expected !== undefined && heard >= expected) done();
    },
  });
  try {
    const added = jsm.consumers.add(eventStream, {
      deliver_subject: inbox,
      deliver_policy: DeliverPolicy.All,
      headers_only: true,
      ack_policy: AckPolicy.None,
      max_deliver: 1,
      flow_control: true,
      idle_heartbeat: nanos(silenceMs / 2),
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: nanos(2 * silenceMs),
      replay_policy: ReplayPolicy.Instant,
    });
    const consumer = await connection.untilLost(added);
    expected = consumer.num_pending + consumer.delivered.consumer_seq;
    if (heard >= expected) done();
    await connection.untilLost(complete);
    await jsm.consumers.delete(eventStream, consumer.name).catch(() => undefined);
    return [...found.values()];
  } finally {
    clearTimeout(overdue);
    subscription.unsubscribe();
  }
}
