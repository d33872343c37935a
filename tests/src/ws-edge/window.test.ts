import { newId } from '@gatecast/database';
import { expect, test } from 'vitest';
import { EventWindow, type HeldEvent } from '../../../services/ws-edge/dist/window.js';

const event = (organizationId: string, revision: number, bytes = 10_000): HeldEvent => ({
  correlationId: newId(),
  organizationId,
  gatewayId: null,
  revision,
  entity: `artifact:${newId()}`,
  type: 'api.deleted',
  action: 'DELETE',
  committedAtMs: 0,
  publishedAtMs: 0,
  heardAtMs: 0,
  frame: Buffer.alloc(bytes),
});

test('what comes beyond holes that nobody can fill takes no more than its share, in however many organizations', () => {
  const bytesMax = 1_000_000;
  const heard: number[] = [];
  const window = new EventWindow(bytesMax, ({ revision }) => heard.push(revision));
  const organizations = Array.from({ length: 50 }, newId);
  for (const id of organizations) window.hold(id, 0);
  for (let revision = 2; revision <= 100; revision += 1) for (const id of organizations) window.add(event(id, revision));
  expect(window.bytes).toBeGreaterThan(bytesMax / 4);
  expect(window.bytes).toBeLessThanOrEqual(bytesMax / 2);
  expect(heard).toEqual([]);

  // The hole is filled, and what was not kept is read with it.
  const [first = ''] = organizations;
  for (let revision = 1; revision <= 100; revision += 1) window.add(event(first, revision));
  expect(heard).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect(window.contiguous(first)).toBe(100);

  for (const id of organizations) window.skipTo(id, 100);
  for (let revision = 101; revision <= 200; revision += 1) window.add(event(first, revision));
  expect(window.bytes).toBeLessThanOrEqual(bytesMax);
  window.clear();
  expect(window.bytes).toBe(0);
});
