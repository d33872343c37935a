import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Answers a JSON array, one of several pages page by page as fast as the gateway reads it. Two pages are read before the status is
 * sent, so that a database that can't be asked is a 503; after that the answer breaks off, which no gateway takes for a list.
 */
export async function sendArray(
  request: FastifyRequest,
  reply: FastifyReply,
  pages: AsyncGenerator<readonly object[]>,
): Promise<never> {
  reply.type('application/json; charset=utf-8');
  const first = await pages.next();
  const second = await pages.next();
  if (second.done) return reply.send(`[${itemsOf(first.done ? [] : first.value)}]`) as never;
  const parts = Readable.from(arrayParts([first.value, second.value], pages));
  parts.once('error', (error) =>
    request.log.warn({ err: error, gatewayId: request.gateway.gatewayId, url: request.url }, 'list broken off'),
  );
  return reply.send(parts) as never;
}

async function* arrayParts(
  first: readonly (readonly object[])[],
  rest: AsyncIterable<readonly object[]>,
): AsyncGenerator<string> {
  let separator = '[';
  for await (const page of prepended(first, rest)) {
    if (page.length === 0) continue;
    yield `${separator}${itemsOf(page)}`;
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

async function* prepended<T>(first: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* first;
  yield* rest;
}

function itemsOf(page: readonly object[]): string {
  return page.map((item) => JSON.stringify(item)).join(',');
}
