import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';

const waitMaxSeconds = 300;

/** The header by which a request asks to be answered later (RFC 7240). */
export const PreferHeader = Type.Object({
  prefer: Type.Optional(
    Type.String({
      description: `\`wait=SECONDS\` (1 to ${waitMaxSeconds}): answer when the gateway has, or with 202 after that time. The answer then has \`Preference-Applied\`; without it there was no room to wait.`,
    }),
  ),
});

/** Returns how long a request prefers to wait, in seconds; undefined: not at all. What can't be understood is no preference. */
export function preferredWaitSeconds({ headers }: FastifyRequest): number | undefined {
  for (const preference of String(headers.prefer ?? '').split(',')) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(;.*)?$/i.exec(preference) ?? [];
    if (seconds !== undefined && Number(seconds) > 0) return Math.min(Number(seconds), waitMaxSeconds);
  }
  return undefined;
}

/** Returns the signal that is aborted when nobody is there any more to hear the answer. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
