/** What carries requests: a `fetch` and the `Request` that it takes. The globals of Node and of browsers are one. */
export interface Transport {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly Request: typeof Request;
}
