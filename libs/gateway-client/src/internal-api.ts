import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { type Kind, kindTraits } from '@gatecast/contracts';
import { type ControlPlane, UnexpectedStatus } from './control-plane.js';
import { yamlInZip } from './definition.js';

/** What a gateway tells about itself on each connect (gateway protocol 2.9). */
export interface Manifest {
  readonly version?: string;
  readonly functionalityType?: string;
  readonly policies: readonly { readonly name: string; readonly version: string; readonly managedBy: 'wso2' | 'organization' }[];
}

/** What a gateway asks its control plane by HTTPS (gateway protocol 2). */
export interface InternalApi {
  /**
   * Returns the YAML of what is deployed, asked for by artifact (gateway protocol 2.2). One request, no second attempt.
   * @throws UnexpectedStatus, or Error when there is no answer in time or no YAML in it.
   */
  fetchContent(kind: Kind, artifactId: string): Promise<string>;
  /**
   * Posts the manifest; up to three attempts. Resolves also when `signal` aborts between two of them.
   * @throws UnexpectedStatus or Error of the last attempt, at once when the status is permanent.
   */
  postManifest(gatewayId: string, manifest: Manifest, signal: AbortSignal): Promise<void>;
  /** Ends all connections; requests under way fail. */
  close(): void;
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

const requestMs = 30_000;
const idleMs = 30_000;
const connectionsMax = 10;
const bodyBytesMax = 50 * 1024 * 1024;
const manifestWaitsMs = [2_000, 4_000];

/** Returns a client of the internal API with the incumbent's limits (gateway protocol 2.0, 2.9). */
export function internalApi(controlPlane: ControlPlane): InternalApi {
  const { request, Agent } = controlPlane.url.protocol === 'http:' ? http : https;
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connectionsMax,
    timeout: idleMs,
    ...(controlPlane.ca !== undefined && { ca: controlPlane.ca }),
  });

  async function ask(method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    const url = new URL(`/api/internal/v1${path}`, controlPlane.url);
    const outgoing = request(url, { method, agent, headers: { 'api-key': controlPlane.token, ...headers } });
    const overdue = setTimeout(() => outgoing.destroy(new Error(`no answer within ${requestMs} ms`)), requestMs);
    try {
      const incoming = await new Promise<http.IncomingMessage>((resolve, reject) => {
        outgoing.on('response', resolve).on('error', reject).end(body);
      });
      return { status: incoming.statusCode ?? 0, body: await readBody(incoming) };
    } catch (error) {
      // The server closed an idle connection in the moment it was used again: the request never began.
      if (method === 'GET' && outgoing.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET')
        return ask(method, path, headers);
      throw error;
    } finally {
      clearTimeout(overdue);
    }
  }

  return {
    async fetchContent(kind, artifactId) {
      const path = `/${kindTraits(kind).contentPath}/${encodeURIComponent(artifactId)}`;
      const { status, body } = await ask('GET', path, { accept: 'application/zip' });
      if (status !== 200) throw new UnexpectedStatus(`GET ${path}`, status);
      return yamlInZip(body);
    },

    async postManifest(gatewayId, manifest, signal) {
      const path = `/gateways/${encodeURIComponent(gatewayId)}/manifest`;
      for (let attempt = 0; !signal.aborted; attempt += 1) {
        const waitMs = manifestWaitsMs[attempt];
        try {
          const { status } = await ask('POST', path, { 'content-type': 'application/json' }, JSON.stringify(manifest));
          if (status === 204 || status === 200) return;
          throw new UnexpectedStatus(`POST ${path}`, status);
        } catch (error) {
          if (waitMs === undefined || (error instanceof UnexpectedStatus && error.permanent)) throw error;
        }
        await delay(waitMs, undefined, { signal }).catch(() => undefined);
      }
    },

    close: () => agent.destroy(),
  };
}

async function readBody(incoming: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new Error(`the answer is larger than ${bodyBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
