/** Where a gateway finds its control plane, and how it proves who it is. */
export interface ControlPlane {
  /** Scheme, host and port; `http` is for tests and benchmarks, a real control plane speaks `https` (gateway protocol 0). */
  readonly url: URL;
  /** The gateway's plain token, sent as header `api-key` (gateway protocol 1.1). */
  readonly token: string;
  /** Certificates (PEM) to trust in place of the system's. */
  readonly ca?: string;
}

/** Statuses after which asking again makes no sense: a WSO2 gateway-controller ends its process on them (gateway protocol 1.2, 2.9). */
const permanentStatuses: ReadonlySet<number> = new Set([401, 403, 404, 409, 422]);

/** An answer of the control plane that is not the expected one. */
export class UnexpectedStatus extends Error {
  override readonly name = 'UnexpectedStatus';
  constructor(
    readonly asked: string,
    readonly status: number,
  ) {
    super(`${asked} was answered with ${status}`);
  }

  /** True when the control plane will never answer otherwise, as far as a gateway can know. */
  get permanent(): boolean {
    return permanentStatuses.has(this.status);
  }
}
