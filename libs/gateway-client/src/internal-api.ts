import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { correlationHeader, type Kind, kindTraits, traceHeader } from '@gatecast/contracts';
import { type ControlPlane, UnexpectedStatus } from './control-plane.js';
import {
  type ListedSecret,
  readApiKeys,
  readPlans,
  readSecrets,
  readSecretValue,
  readSubscriptions,
} from './credentials/index.js';
import { yamlInZip } from './definition.js';
import { readDeploymentArchive } from './deployment-archive.js';
import { type DeploymentList, readDeploymentList } from './deployment-list.js';
import { readExistence } from './existence.js';
import { defaultRequestMs, httpClient } from './http-client.js';
import type { StoredApiKey, StoredPlan, StoredSubscription } from './store.js';

/** What a gateway tells about itself on each connect (gateway protocol 2.9). */
export interface Manifest {
  readonly version?: string;
  readonly functionalityType?: string;
  readonly policies: readonly { readonly name: string; readonly version: string; readonly managedBy: 'wso2' | 'organization' }[];
}

/** The trace of the decision that a content belongs to. */
export interface DecisionTrace {
  readonly traceparent: string;
  /** The id of the decision's event. */
  readonly correlationId: string;
}

/**
 * What a gateway asks its control plane by HTTPS (gateway protocol 2). Everything throws UnexpectedStatus for another status than
 * the contract's, and Error when there is no whole answer in time or it is malformed: what is returned was answered.
 */
export interface InternalApi {
  /**
   * Returns the YAML of what is deployed, asked for by artifact (gateway protocol 2.2). One request, no second attempt. `onTrace` is told
   * of the decision's trace, if the control plane says that there is one.
   */
  fetchContent(kind: Kind, artifactId: string, onTrace?: (trace: DecisionTrace) => void): Promise<string>;
  /** Returns what is decided for this gateway (gateway protocol 2.3). */
  deployments(): Promise<DeploymentList>;
  /** Returns the YAML of deployments by their ids; those that the control plane does not have are missing (gateway protocol 2.4). */
  fetchDeployments(deploymentIds: readonly string[]): Promise<Map<string, string>>;
  /** Returns those of the artifacts that do not exist any more (gateway protocol 2.5). */
  goneArtifacts(artifactIds: readonly string[]): Promise<Set<string>>;
  /** Returns the active keys of this gateway's artifacts of a kind (gateway protocol 2.6). */
  apiKeys(kind: Kind): Promise<StoredApiKey[]>;
  /** Returns the subscriptions to a REST API (gateway protocol 2.7). */
  subscriptions(apiId: string): Promise<StoredSubscription[]>;
  /** Returns the organization's plans (gateway protocol 2.7). */
  plans(): Promise<StoredPlan[]>;
  /** Returns the secrets that this gateway's artifacts refer to (gateway protocol 2.8). */
  secrets(includeValues: boolean): Promise<ListedSecret[]>;
  /** Returns the value of a secret (gateway protocol 2.8). */
  secretValue(handle: string): Promise<string>;
  /**
   * Posts the manifest; up to three attempts. Resolves also when `signal` aborts between two of them.
   * @throws UnexpectedStatus or Error of the last attempt, at once when the status is permanent.
   */
  postManifest(gatewayId: string, manifest: Manifest, signal: AbortSignal): Promise<void>;
  /** Ends all connections; requests under way and later ones fail. */
  close(): void;
}

const manifestWaitsMs = [2_000, 4_000];

/** Returns a client of the internal API with a WSO2 gateway-controller's limits (gateway protocol 2.0, 2.9). */
export function internalApi(controlPlane: ControlPlane, requestMs = defaultRequestMs): InternalApi {
  const { ask, close } = httpClient(controlPlane, requestMs);

  const get = async (path: string): Promise<unknown> =>
    parse(await ask({ method: 'GET', path, accept: 'application/json', isRead: true }));
  const askAbout = (path: string, body: unknown, accept: string) => ask({ method: 'POST', path, accept, body, isRead: true });

  return {
    async fetchContent(kind, artifactId, onTrace) {
      const path = `/${kindTraits(kind).contentPath}/${encodeURIComponent(artifactId)}`;
      const onHeaders = ({ [traceHeader]: traceparent, [correlationHeader]: correlationId }: IncomingHttpHeaders) => {
        if (typeof traceparent === 'string' && typeof correlationId === 'string') onTrace?.({ traceparent, correlationId });
      };
      return yamlInZip(await ask({ method: 'GET', path, accept: 'application/zip', isRead: true, onHeaders }));
    },

    deployments: async () => readDeploymentList(await get('/deployments')),

    fetchDeployments: async (deploymentIds) =>
      readDeploymentArchive(
        await askAbout('/deployments/fetch-batch', { deploymentIds }, 'application/x-tar+gzip'),
        deploymentIds,
      ),

    goneArtifacts: async (artifactIds) =>
      readExistence(artifactIds, parse(await askAbout('/artifacts/exists', { artifactIds }, 'application/json'))),

    apiKeys: async (kind) => readApiKeys(await get(`/${kindTraits(kind).contentPath}/api-keys`)),
    subscriptions: async (apiId) => readSubscriptions(apiId, await get(`/apis/${encodeURIComponent(apiId)}/subscriptions`)),
    plans: async () => readPlans(await get('/subscription-plans')),
    secrets: async (includeValues) => readSecrets(await get(`/secrets${includeValues ? '?includeValues=true' : ''}`)),
    secretValue: async (handle) => readSecretValue(await get(`/secrets/${encodeURIComponent(handle)}/value`)),

    async postManifest(gatewayId, manifest, signal) {
      const path = `/gateways/${encodeURIComponent(gatewayId)}/manifest`;
      for (let attempt = 0; !signal.aborted; attempt += 1) {
        const waitMs = manifestWaitsMs[attempt];
        try {
          await ask({ method: 'POST', path, body: manifest, isRead: false }, [204, 200]);
          return;
        } catch (error) {
          if (waitMs === undefined || (error instanceof UnexpectedStatus && error.permanent)) throw error;
        }
        await delay(waitMs, undefined, { signal }).catch(() => undefined);
      }
    },

    close,
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Error('the answer is not JSON');
  }
}
