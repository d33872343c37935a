import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** An answer that takes longer does not hold up the next questions. */
const patienceMs = 50;

/**
 * Returns a function that asks one question, together with all others that wait, at most `max` in one `ask`. What comes while others
 * are being answered waits for the next turn: so nothing is answered by what was looked up before it was asked, and the busier it
 * gets the less each question costs. `ask` answers the questions in their order; its rejection is that of each.
 */
export function together<Question, Answer>(
  max: number,
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
): (question: Question) => Promise<Answer> {
  const waiting: Waiting<Question, Answer>[] = [];
  let isAsking = false;

  async function askAll(): Promise<void> {
    for (;;) {
      // What has arrived by now is read before the turn begins.
      await turnOfTheEventLoop();
      const batch = waiting.splice(0, max);
      if (batch.length === 0) break;
      await answeredOrOverdue(batch);
    }
    isAsking = false;
  }

  function answeredOrOverdue(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    return new Promise((resolve) => {
      const overdue = setTimeout(resolve, patienceMs);
      ask(batch.map(({ question }) => question))
        .then(
          (answers) => {
            for (const [index, waited] of batch.entries()) waited.resolve(answers[index] as Answer);
          },
          (error) => {
            for (const { reject } of batch) reject(error);
          },
        )
        .finally(() => {
          clearTimeout(overdue);
          resolve();
        });
    });
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (isAsking) return;
      isAsking = true;
      void askAll();
    });
}
