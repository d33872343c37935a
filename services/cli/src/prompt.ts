import { createInterface } from 'node:readline';
import { misused } from './failure.js';
import { printable } from './printable.js';

/** Asks the person at the terminal, on standard error; Ctrl-D is an empty answer, Ctrl-C ends the process. @throws Failure when there is none. */
export async function ask(question: string, otherwise: string): Promise<string> {
  requirePerson(otherwise);
  const lines = createInterface({ input: process.stdin, output: process.stderr, prompt: printable(question) });
  lines.once('SIGINT', () => process.exit(130));
  lines.prompt();
  const answer = await new Promise<string | undefined>((resolve) =>
    lines.once('line', resolve).once('close', () => resolve(undefined)),
  );
  lines.close();
  if (answer === undefined) process.stderr.write('\n');
  return answer ?? '';
}

const keys = { ctrlC: '\u0003', ctrlD: '\u0004', enter: /[\r\n]/, backspace: /[\b\u007f]/ };

/** Asks without showing what is typed. Ctrl-C ends the process. @throws Failure when nobody is at the terminal. */
export async function askSecretly(question: string, otherwise: string): Promise<string> {
  requirePerson(otherwise);
  const { stdin, stderr } = process;
  stderr.write(printable(question));
  stdin.setRawMode(true);
  stdin.setEncoding('utf8').resume();
  try {
    let typed = '';
    for await (const text of stdin.iterator({ destroyOnReturn: false }) as AsyncIterable<string>) {
      for (const key of text) {
        if (key === keys.ctrlC) process.exit(130);
        if (key === keys.ctrlD || keys.enter.test(key)) return typed;
        typed = keys.backspace.test(key) ? typed.slice(0, -1) : typed + key;
      }
    }
    return typed;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

/** Reads standard input to its end, without the last line end. */
export async function readStandardInput(): Promise<string> {
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) text += part;
  return text.replace(/\r?\n$/, '');
}

function requirePerson(otherwise: string): void {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw misused(otherwise);
}
