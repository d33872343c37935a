import createClient, { type Client } from 'openapi-fetch';
import { type Credentials, createAccess } from './access.js';
import { apiErrorOf } from './api-error.js';
import type { paths } from './generated/management-api.js';
import type { Transport } from './transport.js';

/** The management API: `GET`, `POST`, `PUT`, `PATCH` and `DELETE` take a path of its document and what that needs. */
export type ApiClient = Pick<Client<paths>, 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>;

export interface ApiClientOptions {
  /** Where the API is: scheme, host and port, such as `https://localhost:9243`. */
  readonly url: string;
  /** An access token. */
  readonly token?: string;
  /** Lets a token be got when there is none and renewed when it has expired. */
  readonly credentials?: Credentials;
  /** Default: the global `fetch`. `@gatecast/api-client/node` has one that can trust an authority of your own. */
  readonly transport?: Transport;
}

/** Opens a client. Nothing is sent before the first call. */
export function openApiClient({ transport = globalThis, ...options }: ApiClientOptions): ApiClient {
  const access = createAccess({ ...options, transport });
  return createClient<paths>({ baseUrl: options.url, fetch: access.fetch, Request: transport.Request });
}

/** What one call resolves with. */
interface Outcome<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** Returns what a call answered. @throws ApiError when that was no success; UnreachableError when there was no answer. */
export async function answer<Data>(call: Promise<Outcome<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw apiErrorOf(response, error);
  return data as Data;
}
