/** What keeps the stack from running, in one sentence for the person at the terminal: what is wrong and what to do. */
export class StackError extends Error {
  override readonly name = 'StackError';
}

/** Returns an error's code (`ENOENT`, …), or undefined when it has none. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
