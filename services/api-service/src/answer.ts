import type { FastifyReply, RouteOptions } from 'fastify';

/** What a handler answers. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What is serialized as JSON. */
  readonly body: unknown;
}

/** The handler of a route as routes of the management API have it. */
export type Handler = (this: unknown, ...parameters: Parameters<RouteOptions['handler']>) => Promise<unknown>;

/** Returns what a handler answers, in place of sending it. */
export async function answerOf(handle: (reply: FastifyReply) => Promise<unknown>): Promise<Answer> {
  let status = 200;
  let body: unknown;
  const headers: Record<string, string> = {};
  const noting = {
    code(code: number) {
      status = code;
      return noting;
    },
    header(name: string, value: string) {
      headers[name] = value;
      return noting;
    },
    send(payload: unknown) {
      body = payload;
      return noting;
    },
  };
  const returned = await handle(noting as unknown as FastifyReply);
  return { status, headers, body: returned === noting ? body : returned };
}
