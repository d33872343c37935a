import { expect, test } from 'vitest';
import { together } from '../../../services/artifacts-service/dist/together.js';

/** Hears which questions were asked together, and answers when it is told to. */
function asked() {
  const turns: { readonly questions: readonly number[]; readonly answer: () => void; readonly fail: (error: Error) => void }[] =
    [];
  const ask = (questions: readonly number[]) =>
    new Promise<string[]>((resolve, reject) => {
      turns.push({ questions, answer: () => resolve(questions.map((question) => `answer to ${question}`)), fail: reject });
    });
  return { turns, ask, together: () => turns.map(({ questions }) => questions) };
}

test('what comes while others are being answered is asked after them, never answered by what was asked before it', async () => {
  const { turns, ask, together: heard } = asked();
  const question = together(10, ask);
  const first = [question(1), question(2)];
  await expect.poll(heard).toEqual([[1, 2]]);
  const second = [question(1), question(3)];
  turns[0]?.answer();
  expect(await Promise.all(first)).toEqual(['answer to 1', 'answer to 2']);
  await expect.poll(heard).toEqual([
    [1, 2],
    [1, 3],
  ]);
  turns[1]?.answer();
  expect(await Promise.all(second)).toEqual(['answer to 1', 'answer to 3']);
});

test('more than fit are asked in several turns', async () => {
  const question = together(2, async (questions: readonly number[]) => questions.map((one) => [one, questions.length]));
  expect(await Promise.all([1, 2, 3].map(question))).toEqual([
    [1, 2],
    [2, 2],
    [3, 1],
  ]);
});

test('a failure is that of all who asked together, and of nobody after them', async () => {
  const { turns, ask, together: heard } = asked();
  const question = together(10, ask);
  const failing = Promise.allSettled([question(1), question(2)]);
  await expect.poll(heard).toHaveLength(1);
  const later = question(3);
  turns[0]?.fail(new Error('not now'));
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect.poll(heard).toHaveLength(2);
  turns[1]?.answer();
  expect(await later).toBe('answer to 3');
});

test('an answer that does not come holds up nobody else', async () => {
  const { turns, ask, together: heard } = asked();
  const question = together(10, ask);
  const hanging = question(1);
  await expect.poll(heard).toHaveLength(1);
  const later = question(2);
  await expect.poll(heard).toEqual([[1], [2]]);
  turns[1]?.answer();
  expect(await later).toBe('answer to 2');
  turns[0]?.answer();
  expect(await hanging).toBe('answer to 1');
});
