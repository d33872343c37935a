import { notify, openConnection } from '@gatecast/broker';
import { subjects } from '@gatecast/contracts';
import { newId } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { expect, inject, test } from 'vitest';
import { startSecretChanges } from '../../../services/ws-edge/dist/secret-changes.js';
import { until } from '../until.js';

test('many gateways are let go one after the other, each once, and those that are not here cost nothing', async () => {
  const connection = openConnection({ url: inject('natsUrl'), name: 'test', onStatus: () => undefined });
  await connection.opened;
  const here = Array.from({ length: 40 }, newId);
  const closed: { id: string; code: number; reason: string; turn: number }[] = [];
  let turn = 0;
  const clock = setInterval(() => {
    turn += 1;
  }, 1);
  const gateways = {
    ofGateway: (id: string) =>
      here.includes(id) ? [{ close: (code: number, reason: string) => closed.push({ id, code, reason, turn }) }] : [],
  };
  const changes = startSecretChanges(connection, gateways as never, createLogger('test', 'silent'));
  await connection.live().flush();
  try {
    notify(connection, subjects.secretsChanged, { gatewayIds: here.flatMap((id) => [newId(), id, newId()]) });
    await until(() => closed.length).toBe(40);
    expect(closed.map(({ id }) => id)).toEqual(here);
    expect(new Set(closed.map(({ code, reason }) => `${code} ${reason}`))).toEqual(new Set(['1012 secrets changed']));
    // Not in one go: other work comes between.
    expect(new Set(closed.map((one) => one.turn)).size).toBeGreaterThan(10);
  } finally {
    clearInterval(clock);
    changes.stop();
    await connection.close();
  }
});
