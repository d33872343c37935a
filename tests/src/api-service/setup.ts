import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Database, openDatabase } from '@gatecast/database';
import { projectFolder } from '@gatecast/stack';
import { type ServiceProcess, type Settings, startServiceProcess } from '../service-process.js';
import { createDatabase } from '../setup.js';

/** A JSON body. Its shape is what tests find out. */
// biome-ignore lint/suspicious/noExplicitAny: see above.
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface AskOptions {
  readonly token?: string | null;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** api-service on a database of its own, without a broker unless one is given. */
export interface Api {
  readonly url: string;
  readonly process: ServiceProcess;
  readonly database: Database;
  readonly jwtKey: string;
  /** Signs in as the first user. */
  token(form?: Readonly<Record<string, string>>): Promise<string>;
  login(form: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Answer>;
  /** Asks under `/api/v0.9` with a token (default: one that may do everything). Strings and bytes are sent as they are. */
  ask(method: string, path: string, body?: unknown, options?: AskOptions): Promise<Answer>;
  /** Asks, and fails unless the answer is a success. Returns its body. */
  done(method: string, path: string, body?: unknown, options?: AskOptions): Promise<Json>;
  stop(): Promise<void>;
}

const adminPassword = 'a password for tests';
const nobodyListens = 'nats://127.0.0.1:1';

/** Starts api-service. Resolves when it listens. */
export async function startApi(settings: Settings = {}): Promise<Api> {
  const databaseUrl = settings.DATABASE_URL ?? (await createDatabase());
  const process = startProcess({ NATS_URL: nobodyListens, ...settings, DATABASE_URL: databaseUrl });
  const { port } = await process.logged('listening');
  const url = `http://127.0.0.1:${port}`;
  const database = openDatabase({ url: databaseUrl, connectionsMax: 3, onError: () => undefined });

  const send = async (address: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(address, init);
    // A stream of events does not end.
    const isEndless = response.headers.get('content-type') === 'text/event-stream';
    const text = isEndless ? await response.body?.cancel().then(() => '') : await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  };
  const login: Api['login'] = (form, headers = {}) =>
    send(`${url}/api/portal/v0.9/auth/login`, { method: 'POST', headers, body: new URLSearchParams(form) });
  const token: Api['token'] = async (form = {}) => {
    const { status, body } = await login({ username: 'admin', password: adminPassword, ...form });
    if (status !== 200) throw new Error(`login: ${JSON.stringify(body)}`);
    return body.token;
  };
  const everything = await token();

  const ask: Api['ask'] = (method, path, body, options = {}) => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const bearer = options.token === undefined ? everything : options.token;
    return send(`${url}/api/v0.9${path}`, {
      method,
      headers: {
        ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { 'content-type': options.contentType ?? 'application/json' }),
        ...options.headers,
      },
      ...(body !== undefined && { body: isRaw ? (body as string) : JSON.stringify(body) }),
    });
  };

  return {
    url,
    process,
    database,
    jwtKey: process.jwtKey,
    login,
    token,
    ask,
    done: async (method, path, body, options) => (await must(ask(method, path, body, options))).body,
    async stop() {
      await process.stop();
      await database.close();
    },
  };
}

/** Returns a successful answer. @throws Error for any other. */
export async function must(asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked;
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

/** Starts the process alone; settings that are undefined are left out. */
export function startProcess(settings: Settings): ServiceProcess & { readonly jwtKey: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-api-'));
  const keyFile = path.join(folder, 'jwt.pem');
  const jwtKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  writeFileSync(keyFile, jwtKey);
  const service = startServiceProcess('api-service', {
    JWT_KEY_FILE: keyFile,
    ADMIN_USERNAME: 'admin',
    ADMIN_PASSWORD: adminPassword,
    ...settings,
  });
  void service.exited.then(() => rmSync(folder, { recursive: true, force: true }));
  return { ...service, jwtKey };
}

/** Reads one of the repository's examples. */
export function example(name: 'rest-api' | 'llm-provider' | 'llm-proxy' | 'mcp-proxy'): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(projectFolder, `examples/${name}.json`), 'utf8'));
}

export const gatewayInput = (id: string) => ({
  id,
  displayName: `Gateway ${id}`,
  endpoints: ['https://gateway.example.com'],
  functionalityType: 'regular',
});
