interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Questions that come within this time are asked together: in a storm a hundred cost hardly more than one. */
const gatherMs = 10;
/** Answers that are handed out at once: what each of them sets off must not hold up the gateways that have nothing to ask. */
const answersAtOnce = 8;

/**
 * Returns a function that asks one question, together with all others of the same key that come within a moment, at most `max` in
 * one. `ask` answers one key's questions in their order; its rejection is that of each question. The answers are handed out a few at
 * a time, with a turn of the event loop in between.
 */
export function gather<Question, Answer>(
  keyOf: (question: Question) => string,
  max: number,
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
): (question: Question) => Promise<Answer> {
  const gathering = new Map<string, Waiting<Question, Answer>[]>();

  async function askTogether(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await ask(batch.map(({ question }) => question));
      for (const [index, { resolve }] of batch.entries()) {
        if (index > 0 && index % answersAtOnce === 0) await new Promise((next) => setImmediate(next));
        resolve(answers[index] as Answer);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      const key = keyOf(question);
      const others = gathering.get(key);
      if (others) return void others.push({ question, resolve, reject });
      const all = [{ question, resolve, reject }];
      gathering.set(key, all);
      setTimeout(() => {
        gathering.delete(key);
        for (let from = 0; from < all.length; from += max) void askTogether(all.slice(from, from + max));
      }, gatherMs);
    });
}
