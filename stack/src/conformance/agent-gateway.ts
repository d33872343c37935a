import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectFolder } from '../project-folder.js';
import type { Stack } from '../stack.js';
import type { SupervisedProcess } from '../supervised-process.js';
import type { GatewayAdapter, GatewaySetup, GatewayUnderTest, HeldArtifact, LogNote } from './gateway-under-test.js';

/** What the agent logs, and of which artifact. */
const messages: Readonly<Record<LogNote, { readonly msg: string; readonly isOfArtifact: boolean }>> = {
  'orphans-removed': { msg: 'orphaned credentials removed', isOfArtifact: true },
  retained: { msg: 'artifact retained: it exists without a deployment', isOfArtifact: true },
  'store-unreadable': { msg: 'the store cannot be read: no orphaned API keys are removed', isOfArtifact: false },
};

interface Status {
  readonly artifacts: readonly (HeldArtifact & { readonly id: string })[];
  readonly subscriptions: readonly { readonly id: string; readonly artifactId: string }[];
}

/** Returns the adapter of the gateway agent: a process of the stack, in plain mode, which hides no loss by a sync of its own. */
export function agentGateways(stack: Pick<Stack, 'startGateway' | 'dataFolder'>): GatewayAdapter {
  return {
    title: 'gateway-agent',
    isAgent: true,
    make: (setup) => makeAgent(stack, setup),
  };
}

async function makeAgent(stack: Pick<Stack, 'startGateway' | 'dataFolder'>, setup: GatewaySetup): Promise<GatewayUnderTest> {
  const { name, token, folder, onPremises, controlPlaneUrl, caFile } = setup;
  const settings = {
    CONTROL_PLANE_URL: controlPlaneUrl,
    CONTROL_PLANE_CA_FILE: caFile,
    DATA_DIR: folder,
    SYNC_MODE: 'plain',
    ON_PREMISES: String(onPremises),
    RECONNECT_MAX_MS: '1000',
  };
  const logFile = path.join(stack.dataFolder, 'logs', `gateway-${name}.log`);
  let process: SupervisedProcess | undefined;
  let logFrom = 0;
  const url = () => {
    if (!process?.pid) throw new Error(`The gateway ${name} does not run.`);
    return process.url;
  };
  const status = async () => (await (await fetch(`${url()}/status`)).json()) as Status;

  return {
    async start() {
      logFrom = existsSync(logFile) ? statSync(logFile).size : 0;
      if (process) await process.start();
      else process = await stack.startGateway({ name, token, settings });
    },
    stop: async () => process?.stop(),
    async artifact(id) {
      const held = (await status()).artifacts.find((one) => one.id === id);
      return held && { state: held.state, deploymentId: held.deploymentId };
    },
    async keys(artifactId) {
      const answer = await fetch(`${url()}/artifacts/${artifactId}/api-keys`);
      return ((await answer.json()) as { name: string }[]).map(({ name }) => name);
    },
    subscriptions: async (artifactId) =>
      (await status()).subscriptions.filter((one) => one.artifactId === artifactId).map(({ id }) => id),
    async content(artifactId) {
      const answer = await fetch(`${url()}/artifacts/${artifactId}/content`);
      return answer.ok ? answer.text() : undefined;
    },
    async hasLogged(note, artifactId) {
      const { msg, isOfArtifact } = messages[note];
      const lines = readFileSync(logFile).subarray(logFrom).toString().split('\n');
      return lines.some((line) => line.includes(`"${msg}"`) && (!isOfArtifact || line.includes(artifactId)));
    },
    plantKey: (artifactId, keyName) =>
      write(folder, plantedKey, [`${artifactId}/${keyName}`, artifactId, keyRow(artifactId, keyName)]),
    breakStore: () => write(folder, plantedKey, [unreadable, 'nobody', '{"id":']),
    mendStore: () => write(folder, 'DELETE FROM api_keys WHERE id = ?', [unreadable]),
  };
}

const plantedKey = 'INSERT INTO api_keys (id, artifact_id, row) VALUES (?, ?, ?)';
const unreadable = 'unreadable';

function keyRow(artifactId: string, name: string): string {
  const key = { id: `${artifactId}/${name}`, artifactId, name, uuid: null, sha256: 'ab'.repeat(32), maskedApiKey: '***' };
  const rest = { externalRefId: null, issuer: null, expiresAt: null, createdBy: 'gateway', updatedAt: '2020-01-01T00:00:00Z' };
  return JSON.stringify({ ...key, ...rest });
}

interface SqliteDatabase {
  prepare(sql: string): { run(...values: string[]): unknown };
  close(): void;
}

const attempts = 50;

/** Writes into an agent's store beside the agent, which may be writing too. */
async function write(folder: string, statement: string, values: string[]): Promise<void> {
  // The agent's own driver, since the stack has no other use for one.
  const require = createRequire(path.join(projectFolder, 'services/gateway-agent/package.json'));
  const Sqlite = require('libsql') as new (file: string) => SqliteDatabase;
  for (let attempt = 1; ; attempt += 1) {
    const database = new Sqlite(path.join(folder, 'gateway.db'));
    try {
      database.prepare(statement).run(...values);
      return;
    } catch (error) {
      if (attempt === attempts || !(error as Error).message.includes('locked')) throw error;
      await delay(20);
    } finally {
      database.close();
    }
  }
}
