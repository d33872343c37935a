import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const bytesMax = 64 * 1024;

/**
 * Returns what a process wrote to its log last that tells why it ended, from byte `from` on: plain lines (a service's settings
 * error, a server's complaint), else its last error in JSON.
 */
export function lastWords(logFile: string, from: number): string {
  const lines = read(logFile, from).split('\n').filter(Boolean);
  const plain = lines.filter((line) => !line.startsWith('{'));
  if (plain.length > 0) return plain.slice(-8).join('\n');
  for (const line of lines.reverse()) {
    try {
      const { level, msg, err } = JSON.parse(line) as { level: number; msg?: string; err?: { message?: string } };
      if (level >= 50) return [msg, err?.message].filter(Boolean).join(': ');
    } catch {
      // The first line may be cut.
    }
  }
  return `no message (log: ${logFile})`;
}

function read(file: string, from: number): string {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(from, size - bytesMax);
    const buffer = Buffer.alloc(size - start);
    readSync(descriptor, buffer, 0, buffer.length, start);
    return buffer.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}
