import { createLogger } from '@gatecast/service-kit';
import { expect, test } from 'vitest';
import { eachByItself } from '../../../services/api-service/dist/event-log/each-by-itself.js';

const logger = createLogger('test', 'silent');
const due = Array.from({ length: 6 }, (_, n) => ({ n }));
const gone = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
/** Fails for some of what is due, and notes what was tried. */
const failing = (error: Error, ...which: number[]) => {
  const tried: number[] = [];
  const work = async ({ n }: { n: number }) => {
    tried.push(n);
    if (which.includes(n)) throw error;
  };
  return { tried, work };
};

test.each([
  ['is wrong', new Error('wrong'), [0, 1, 2, 3]],
  ['waited too long for a lock', Object.assign(new Error('canceling statement'), { code: '57014' }), [0, 1]],
  ['has its connection ended', Object.assign(new Error('write'), { code: 'EPIPE' }), [0, 1, 3, 4]],
])('what %s costs the others nothing', async (_, error, which) => {
  const { tried, work } = failing(error, ...which);
  await eachByItself(due, logger, work);
  expect(tried).toEqual([0, 1, 2, 3, 4, 5]);
});

test('when the database cannot be asked, nothing further is tried', async () => {
  const { tried, work } = failing(gone, 1, 2, 3, 4, 5);
  await expect(eachByItself(due, logger, work)).rejects.toBe(gone);
  expect(tried).toEqual([0, 1, 2, 3]);
});
