import { writeSync } from 'node:fs';
import type { InitializeHook, LoadHook } from 'node:module';
import { type Change, switchedOffMark } from './mechanisms.js';

let changes: readonly (Change & { readonly url: string })[] = [];

/** Node.js calls it with what was registered. */
export const initialize: InitializeHook<typeof changes> = (data) => {
  changes = data;
};

/** Node.js calls it for every module. What was changed is said in the process's log, where those who rely on it look. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context);
  let source = loaded.source;
  for (const change of changes) {
    if (change.url !== url) continue;
    // As a function: a `$` in the replacement means nothing.
    source = Buffer.from(source as string)
      .toString()
      .replace(change.snippet, () => change.replacement);
    writeSync(2, `${switchedOffMark(change.file)}\n`);
  }
  return { ...loaded, source };
};
