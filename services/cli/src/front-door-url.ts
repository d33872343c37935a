import { misused } from './failure.js';

/** Returns the origin of a URL that `source`, an option or a variable, has given. @throws Failure when it is none. */
export function frontDoorUrl(source: string, text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw misused(`${source} takes a URL such as https://localhost:9243, not '${text}'.`);
  return new URL(text).origin;
}
