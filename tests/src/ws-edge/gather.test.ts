import { expect, test } from 'vitest';
import { gather } from '../../../services/ws-edge/dist/gather.js';

test('questions of one key that come together are asked together, at most so many in one', async () => {
  const asked: string[][] = [];
  const ask = gather<string, string>(
    (question) => question.slice(0, 1),
    2,
    async (questions) => {
      asked.push([...questions]);
      return questions.map((question) => question.toUpperCase());
    },
  );
  expect(await Promise.all(['a1', 'b1', 'a2', 'a3'].map(ask))).toEqual(['A1', 'B1', 'A2', 'A3']);
  expect(asked.sort()).toEqual([['a1', 'a2'], ['a3'], ['b1']]);
  expect(await ask('a4')).toBe('A4');
});

test('what fails for one fails for all who asked together, and for nobody later', async () => {
  let isBroken = true;
  const ask = gather<number, number>(
    () => 'one',
    10,
    async (questions) => {
      if (isBroken) throw new Error('nobody there');
      return questions;
    },
  );
  const answers = await Promise.allSettled([ask(1), ask(2)]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isBroken = false;
  expect(await ask(3)).toBe(3);
});

test('answers are handed out a few at a time, with turns of the event loop for others in between', async () => {
  const ask = gather<number, number>(
    () => 'one',
    100,
    async (questions) => questions,
  );
  let answered = 0;
  const all = Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      await ask(n);
      answered += 1;
    }),
  );
  const inOneTurn: number[] = [];
  for (let before = 0; answered < 100; before = answered) {
    await new Promise((next) => setImmediate(next));
    inOneTurn.push(answered - before);
  }
  await all;
  expect(Math.max(...inOneTurn)).toBeLessThan(30);
});
