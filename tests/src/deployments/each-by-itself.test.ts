import { createLogger } from '@gatecast/service-kit';
import { expect, test } from 'vitest';
import { eachByItself } from '../../../services/api-service/dist/event-log/each-by-itself.js';

const logger = createLogger('test', 'silent');
const due = [{ n: 1 }, { n: 2 }, { n: 3 }];
const failing = (error: Error) => {
  const tried: number[] = [];
  const work = async ({ n }: { n: number }) => {
    tried.push(n);
    if (n === 2) throw error;
  };
  return { tried, work };
};

test.each([
  ['is wrong', new Error('wrong')],
  ['waited too long for a lock', Object.assign(new Error('canceling statement'), { code: '57014' })],
])('what %s costs the others nothing', async (_, error) => {
  const { tried, work } = failing(error);
  await eachByItself(due, logger, work);
  expect(tried).toEqual([1, 2, 3]);
});

test('when the database cannot be asked, nothing further is tried', async () => {
  const gone = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const { tried, work } = failing(gone);
  await expect(eachByItself(due, logger, work)).rejects.toBe(gone);
  expect(tried).toEqual([1, 2]);
});
