import { fstatSync, writeFileSync } from 'node:fs';
import type { Environment } from './environment.js';
import { printable, printableJson } from './printable.js';

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

/** Text in a colour, where there are colours. */
export interface Styled {
  readonly text: string;
  readonly style: keyof typeof codes;
}

export type Text = string | Styled;

/** The only way to the terminal: nothing that is written through it steers it. Results go to standard output, all else to standard error. */
export interface Terminal {
  /** Writes a line of the result. */
  line(...parts: readonly Text[]): void;
  /** Writes a result as JSON. `indent` 0: on one line. */
  json(value: unknown, indent?: number): void;
  /** Tells a line that is no result. */
  note(...parts: readonly Text[]): void;
  /** Shows how far long work is, in one line that the next one replaces. Only people see it. */
  progress(text: string): void;
  /** Characters in a line; undefined when nobody looks. */
  readonly width: number | undefined;
}

/** Returns text in a style. */
export function styled(style: Styled['style'], text: string): Styled {
  return { text, style };
}

/** Opens the terminal on the process's streams. `onUnwritten` is called with why a part of the result could not be written, for each part. */
export function openTerminal(
  { isPlain }: Pick<Environment, 'isPlain'>,
  onUnwritten: (error: NodeJS.ErrnoException) => void,
): Terminal {
  const { stdout, stderr } = process;
  stdout.on('error', onUnwritten);
  // Nowhere is left to tell it.
  stderr.on('error', () => undefined);
  const isFile = fstatSync(stdout.fd).isFile();
  let isShowingProgress = false;
  const writer = (stream: typeof stdout | typeof stderr, write: (text: string) => void) => {
    const hasColour = stream.isTTY && !isPlain;
    return (parts: readonly Text[]) => {
      clearProgress();
      write(`${parts.map((part) => rendered(part, hasColour)).join('')}\n`);
    };
  };
  const [out, err] = [writer(stdout, writeResult), writer(stderr, (text) => stderr.write(text))];

  /** Node's stream of a file writes once: what a disk without room has not taken of it would be missing without an error. */
  function writeResult(text: string): void {
    if (!isFile) return void stdout.write(text);
    try {
      writeFileSync(stdout.fd, text);
    } catch (error) {
      onUnwritten(error as NodeJS.ErrnoException);
    }
  }

  function clearProgress(): void {
    if (isShowingProgress) stderr.write('\r\u001b[K');
    isShowingProgress = false;
  }

  return {
    line: (...parts) => out(parts),
    json(value, indent = 2) {
      clearProgress();
      writeResult(`${printableJson(value, indent)}\n`);
    },
    note: (...parts) => err(parts),
    progress(text) {
      if (!stderr.isTTY) return;
      clearProgress();
      stderr.write(printable(text).slice(0, (stderr.columns || 80) - 1));
      isShowingProgress = true;
    },
    width: stdout.isTTY ? stdout.columns : undefined,
  };
}

function rendered(part: Text, hasColour: boolean): string {
  if (typeof part === 'string') return printable(part);
  return hasColour ? `\u001b[${codes[part.style]}m${printable(part.text)}\u001b[0m` : printable(part.text);
}
