import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Settings by process that make its clock differ, or the sentence that says why that can't be had. */
export function clocksApart(
  offsetsSeconds: Readonly<Record<string, number>>,
): Readonly<Record<string, Readonly<Record<string, string>>>> | string {
  const library = fakeTimeLibrary();
  if (!library) return 'clocks apart take the program faketime (Debian package faketime)';
  const settings = (seconds: number) => ({
    LD_PRELOAD: library,
    FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}s`,
    // Timers shall run as ever; only what the process believes the time to be is wrong.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  });
  return Object.fromEntries(Object.entries(offsetsSeconds).map(([name, seconds]) => [name, settings(seconds)]));
}

function fakeTimeLibrary(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return readdirSync('/usr/lib')
    .map((folder) => path.join('/usr/lib', folder, 'faketime', 'libfaketimeMT.so.1'))
    .find((file) => existsSync(file));
}
