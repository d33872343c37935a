import { setTimeout as delay } from 'node:timers/promises';
import type { SecureClient } from '../secure-client.js';
import { StackError } from '../stack-error.js';

/** A gateway agent, as its own `GET /status` shows it. */
export interface Agent {
  readonly name: string;
  readonly url: string;
  /** The gateway's UUID, as the control plane told it when it connected. */
  readonly gatewayId: string;
  /** Returns what it holds of an artifact, by kind and handle: its state there, or undefined when it has nothing. */
  stateOf(kind: string, handle: string): Promise<string | undefined>;
}

interface Status {
  readonly connection: { readonly state: string; readonly gatewayId?: string };
  readonly artifacts: readonly { readonly kind: string; readonly handle: string; readonly state: string }[];
}

/** Resolves when the agent at `url` is connected. @throws StackError when that takes too long. */
export async function connectedAgent(client: SecureClient, name: string, url: string, timeoutMs = 30_000): Promise<Agent> {
  const status = async () => JSON.parse((await client.ask(`${url}/status`)).text) as Status;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { connection } = await status();
    if (connection.state === 'CONNECTED' && connection.gatewayId) {
      return {
        name,
        url,
        gatewayId: connection.gatewayId,
        stateOf: async (kind, handle) =>
          (await status()).artifacts.find((artifact) => artifact.kind === kind && artifact.handle === handle)?.state,
      };
    }
    if (Date.now() > deadline)
      throw new StackError(`${name} did not connect within ${timeoutMs / 1000} s (${connection.state}).`);
    await delay(25);
  }
}
