/** What a gateway needs to be one of Gatecast's. */
export interface GatewaySetup {
  /** A name for its folder and its logs; unique in a run. */
  readonly name: string;
  /** `https://host:port` that it is to connect to. */
  readonly controlPlaneUrl: string;
  /** PEM of the authority that it is to trust. */
  readonly caFile: string;
  readonly token: string;
  /** An empty folder for what it must not forget. */
  readonly folder: string;
  /** It is to work as with an on-premises control plane (gateway protocol 3.3): no existence check. */
  readonly onPremises: boolean;
}

/** An artifact as a gateway holds it. */
export interface HeldArtifact {
  readonly state: 'DEPLOYED' | 'UNDEPLOYED';
  readonly deploymentId: string;
}

/** What the gateway's log may have to say. */
export type LogNote = 'orphans-removed' | 'retained' | 'store-unreadable';

/**
 * A gateway that the flows start, stop and look into. Anything may be behind it; what it has no way to do rejects with
 * {@link NotSupported}, and the flow that needs it counts as not run.
 */
export interface GatewayUnderTest {
  /** Starts its process, with what it remembers. Resolves when it runs, connected or not. */
  start(): Promise<void>;
  /** Ends its process; its store stays. */
  stop(): Promise<void>;
  /** What it holds of an artifact, by UUID; undefined: nothing. */
  artifact(id: string): Promise<HeldArtifact | undefined>;
  /** Names of the API keys that it holds of an artifact, whether or not it holds that. */
  keys(artifactId: string): Promise<string[]>;
  /** Ids of the subscriptions that it holds of an artifact. */
  subscriptions(artifactId: string): Promise<string[]>;
  /** The configuration that it holds of an artifact, as text; undefined: none. */
  content(artifactId: string): Promise<string | undefined>;
  /** Whether its log says something of an artifact (`store-unreadable`: of none) since it was started last. */
  hasLogged(note: LogNote, artifactId: string): Promise<boolean>;
  /** Puts an API key into its store, running or not, of an artifact that it does not hold. */
  plantKey(artifactId: string, name: string): Promise<void>;
  /** Makes its store unreadable for the clean-up of API keys, until `mendStore`. Its process does not run at either call. */
  breakStore(): Promise<void>;
  mendStore(): Promise<void>;
}

/** Makes gateways of one implementation. */
export interface GatewayAdapter {
  /** How people call the implementation. */
  readonly title: string;
  /** Whether it is the gateway agent, by whose trail the fault suite judges. */
  readonly isAgent: boolean;
  make(setup: GatewaySetup): Promise<GatewayUnderTest>;
}

/** The gateway, or the way to drive it, can't do what a flow needs. */
export class NotSupported extends Error {
  override readonly name = 'NotSupported';
}
