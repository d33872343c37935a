import { setTimeout as wait } from 'node:timers/promises';
import { createHttpApp, type HttpAppOptions, HttpError, listen } from './http.js';
import type { Service } from './lifecycle.js';

export interface WaitingOptions {
  readonly service: Pick<Service, 'logger' | 'onStop'>;
  readonly host: string;
  readonly port: number;
  readonly errorBody: HttpAppOptions['errorBody'];
  /** What the start needs. */
  readonly attempt: () => Promise<void>;
  /** Whether a later attempt may succeed. */
  readonly mayPass: (error: unknown) => boolean;
}

const retryMs = 500;

/**
 * Resolves when `attempt` does, which is tried again and again. Meanwhile the service answers on its port: `/healthz` with 200,
 * `/readyz` and everything else with 503 and the reason. Each new reason is logged once. @throws what may not pass.
 */
export async function waitUntilUsable({ service, host, port, errorBody, attempt, mayPass }: WaitingOptions): Promise<void> {
  const { logger } = service;
  const stopping = new AbortController();
  service.onStop('waiting', () => stopping.abort());
  let reason = '';
  let meanwhile: { readonly port: number; close(): Promise<void> } | undefined;
  try {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!mayPass(error)) throw error;
        const isNew = reason !== (error as Error).message;
        reason = (error as Error).message;
        meanwhile ??= await answerNotReady();
        if (isNew) logger.warn({ reason, port: meanwhile.port }, 'waiting');
      }
      await wait(retryMs, undefined, { signal: stopping.signal });
    }
  } finally {
    await meanwhile?.close();
  }

  async function answerNotReady() {
    const app = createHttpApp({
      logger,
      errorBody,
      ready: async () => {
        throw new Error(reason);
      },
    });
    app.addHook('onRequest', async ({ url }) => {
      if (url !== '/healthz' && url !== '/readyz')
        throw new HttpError(503, 'SERVICE_UNAVAILABLE', 'The service is not ready yet.');
    });
    return { port: await listen(app, host, port), close: () => app.close() };
  }
}
