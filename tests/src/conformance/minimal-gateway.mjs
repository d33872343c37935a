#!/usr/bin/env node
// A gateway written from the contract alone, with nothing of this project: a raw WebSocket, HTTPS and a JSON file. It is what a third
// party's client may look like, and how a gateway is driven by `npm run conformance -- --gateway-command` (docs/conformance.md).
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import WebSocket from 'ws';

const folder = process.env.GATEWAY_FOLDER ?? '.';
const [pidFile, storeFile, logFile, heardFile] = ['pid', 'store.json', 'log', 'heard.jsonl'].map((name) => join(folder, name));
const base = '/api/internal/v1';
const families = {
  api: { id: 'apiId', path: 'apis', kind: 'RestApi', order: 2 },
  llmprovider: { id: 'providerId', path: 'llm-providers', kind: 'LlmProvider', order: 0 },
  llmproxy: { id: 'proxyId', path: 'llm-proxies', kind: 'LlmProxy', order: 1 },
  mcpproxy: { id: 'proxyId', path: 'mcp-proxies', kind: 'Mcp', order: 3 },
};
const familyOfKind = (kind) => Object.values(families).find((family) => family.kind === kind);
const keyedPaths = ['apis', 'llm-providers', 'llm-proxies'];

const commands = { start, stop, serve, artifact, keys, subscriptions, content };
const [command = '', argument = ''] = process.argv.slice(2);
if (!Object.hasOwn(commands, command)) process.exit(3);
await commands[command](argument);

// The commands by which it is driven.

async function start() {
  if (runningPid()) return;
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'serve'], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  writeFileSync(pidFile, String(child.pid));
  child.unref();
}

async function stop() {
  for (let pid = runningPid(); pid && runningPid(); await delay(20)) process.kill(pid, 'SIGTERM');
}

function artifact(id) {
  const held = readStore().artifacts[id];
  print(held ? { state: held.state, deploymentId: held.deploymentId } : null);
}

function keys(id) {
  print(Object.values(readStore().keys).flatMap((key) => (key.artifactId === id ? [key.name] : [])));
}

function subscriptions(id) {
  print(Object.values(readStore().subscriptions).flatMap((one) => (one.apiId === id ? [one.id] : [])));
}

function content(id) {
  print(readStore().artifacts[id]?.content ?? null);
}

function print(value) {
  process.stdout.write(JSON.stringify(value));
}

function runningPid() {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('minimal-gateway') ? pid : undefined;
  } catch {
    return undefined;
  }
}

// The store: all of it is written with every change, before anything is answered.

function readStore() {
  if (existsSync(storeFile)) return JSON.parse(readFileSync(storeFile, 'utf8'));
  return { artifacts: {}, keys: {}, subscriptions: {}, plans: {}, applications: {}, secrets: {} };
}

function change(store, work) {
  work(store);
  writeFileSync(`${storeFile}.new`, JSON.stringify(store));
  renameSync(`${storeFile}.new`, storeFile);
}

function removeArtifact(store, id) {
  delete store.artifacts[id];
  for (const [name, key] of Object.entries(store.keys)) if (key.artifactId === id) delete store.keys[name];
  for (const [name, one] of Object.entries(store.subscriptions)) if (one.apiId === id) delete store.subscriptions[name];
}

// The gateway.

async function serve() {
  process.on('SIGTERM', () => process.exit(0));
  const store = readStore();
  for (let first = true; ; first = false) {
    await connect(store, first).catch((error) => log(`connection: ${error.message}`));
    await delay(300 + Math.random() * 300);
  }
}

/** One connection from its dial to its end; frames are handled one after the other, and a ping is answered in its turn. */
async function connect(store, isFirst) {
  const url = new URL(`${base}/ws/gateways/connect`, process.env.CONTROL_PLANE_URL);
  url.protocol = 'wss:';
  const socket = new WebSocket(url, { headers: { 'api-key': process.env.GATEWAY_TOKEN }, ca: authority(), autoPong: false });
  let turn = Promise.resolve();
  const inTurn = (work) => {
    turn = turn.then(work).catch((error) => log(`frame: ${error.stack}`));
  };
  let isAcknowledged = false;
  socket.on('ping', (payload) => inTurn(() => socket.pong(payload)));
  socket.on('message', (data) => {
    const frame = JSON.parse(data.toString());
    if (isAcknowledged) return inTurn(() => handle(store, frame, socket));
    if (frame.type !== 'connection.ack') return socket.terminate();
    isAcknowledged = true;
    ask('POST', `/gateways/${frame.gatewayId}/manifest`, { version: '1.2.0', policies: [] }).catch((error) => log(error.message));
    if (isFirst) sync(store).catch((error) => log(`sync: ${error.message}`));
  });
  await new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', resolve);
  });
}

async function handle(store, frame, socket) {
  appendFileSync(heardFile, `${JSON.stringify(frame)}\n`);
  const { type, payload } = frame;
  const [prefix, verb] = type.split('.');
  const family = families[prefix];
  if (!family) return change(store, () => takeCredential(store, type, payload));
  const id = payload[family.id];
  if (verb === 'deleted') return change(store, () => removeArtifact(store, id));
  const held = store.artifacts[id];
  const atMs = Date.parse(payload.performedAt);
  const ack = (errorCode) =>
    socket.send(
      JSON.stringify({
        type: 'deployment.ack',
        payload: {
          deploymentId: payload.deploymentId,
          artifactId: id,
          resourceType: prefix,
          action: verb === 'deployed' ? 'deploy' : 'undeploy',
          status: errorCode ? 'failed' : 'success',
          performedAt: payload.performedAt,
          ...(errorCode && { errorCode }),
        },
      }),
    );
  const isStale = held && held.atMs >= atMs;
  if (verb === 'deployed') {
    try {
      const text = yamlOfZip(await ask('GET', `/${family.path}/${id}`));
      if (isStale) return;
      change(store, () =>
        put(store, id, { state: 'DEPLOYED', deploymentId: payload.deploymentId, atMs, kind: family.kind, content: text }),
      );
      ack();
    } catch (error) {
      log(`deploy: ${error.message}`);
      ack('GATEWAY_PROCESSING_ERROR');
    }
    return;
  }
  if (!held) return ack();
  if (payload.deploymentId && payload.deploymentId !== held.deploymentId) return ack('DEPLOYMENT_ID_MISMATCH');
  if (isStale) return;
  change(store, () => put(store, id, { ...held, state: 'UNDEPLOYED', atMs }));
  ack();
}

function put(store, id, artifact) {
  store.artifacts[id] = artifact;
}

function takeCredential(store, type, payload) {
  const keyId = `${payload.apiId}/${payload.name ?? payload.keyName}`;
  switch (type) {
    case 'apikey.created':
    case 'apikey.updated':
      store.keys[keyId] = {
        artifactId: payload.apiId,
        name: payload.name ?? payload.keyName,
        sha256: JSON.parse(payload.apiKeyHashes).sha256,
      };
      return;
    case 'apikey.revoked':
      delete store.keys[keyId];
      return;
    case 'subscription.created':
    case 'subscription.updated':
      store.subscriptions[payload.subscriptionId] = { id: payload.subscriptionId, apiId: payload.apiId, status: payload.status };
      return;
    case 'subscription.deleted':
      delete store.subscriptions[payload.subscriptionId];
      return;
    case 'subscriptionPlan.created':
    case 'subscriptionPlan.updated':
      store.plans[payload.planId] = payload.planName;
      return;
    case 'subscriptionPlan.deleted':
      delete store.plans[payload.planId];
      return;
    case 'application.updated':
      store.applications[payload.applicationUuid] = payload.mappings.map(({ apiKeyUuid }) => apiKeyUuid);
  }
}

/** Once per process, in the contract's order; a step that fails leaves the others to do theirs. */
async function sync(store) {
  const step = (name, work) => work().catch((error) => log(`${name}: ${error.message}`));
  await step('secrets', async () => {
    const { list } = JSON.parse(await ask('GET', '/secrets?includeValues=true'));
    change(store, () => {
      for (const { handle, value } of list) store.secrets[handle] = value;
    });
  });
  await step('deployments', () => syncDeployments(store));
  await step('plans', async () => {
    const plans = JSON.parse(await ask('GET', '/subscription-plans'));
    change(store, () => {
      store.plans = Object.fromEntries(plans.map(({ id, planName }) => [id, planName]));
    });
  });
  await step('subscriptions', async () => {
    for (const [apiId] of Object.entries(store.artifacts).filter(([, { kind }]) => kind === 'RestApi')) {
      const listed = JSON.parse(await ask('GET', `/apis/${apiId}/subscriptions`));
      change(store, () => {
        for (const [id, one] of Object.entries(store.subscriptions)) if (one.apiId === apiId) delete store.subscriptions[id];
        for (const { id, status } of listed) store.subscriptions[id] = { id, apiId, status };
      });
    }
  });
  for (const path of keyedPaths) {
    await step(`keys of ${path}`, async () => {
      const listed = JSON.parse(await ask('GET', `/${path}/api-keys`));
      change(store, () => {
        for (const { artifactUuid: artifactId, name, apiKeyHashes } of listed)
          if (store.artifacts[artifactId])
            store.keys[`${artifactId}/${name}`] = { artifactId, name, sha256: apiKeyHashes.sha256 };
      });
    });
  }
}

async function syncDeployments(store) {
  const { deployments } = JSON.parse(await ask('GET', '/deployments'));
  const listed = new Map(deployments.map((row) => [row.artifactId, row]));
  const orphans = Object.keys(store.artifacts).filter((id) => !listed.has(id));
  if (orphans.length > 0) {
    await clear(store, orphans).catch((error) => log(`existence: ${error.message}`));
  }
  const newer = (row) => !store.artifacts[row.artifactId] || store.artifacts[row.artifactId].atMs < Date.parse(row.deployedAt);
  const wanted = deployments
    .filter((row) => row.state === 'DEPLOYED' && newer(row))
    .sort((a, b) => familyOfKind(a.kind).order - familyOfKind(b.kind).order);
  if (wanted.length > 0) {
    const archive = await ask(
      'POST',
      '/deployments/fetch-batch',
      { deploymentIds: wanted.map((row) => row.deploymentId) },
      'application/x-tar+gzip',
    );
    const files = filesOfTar(gunzipSync(archive));
    change(store, () => {
      for (const { artifactId, deploymentId, kind, deployedAt } of wanted) {
        const text = files.get(deploymentId);
        if (text && newer({ artifactId, deployedAt }))
          put(store, artifactId, { state: 'DEPLOYED', deploymentId, atMs: Date.parse(deployedAt), kind, content: text });
      }
    });
  }
  change(store, () => {
    for (const { artifactId, state, deployedAt } of deployments) {
      const held = store.artifacts[artifactId];
      if (state === 'UNDEPLOYED' && held && held.atMs <= Date.parse(deployedAt)) put(store, artifactId, { ...held, state });
    }
  });
}

/** Deletes only what was said not to exist; what exists without a deployment is kept and serves no more. */
async function clear(store, orphans) {
  const rows =
    process.env.GATEWAY_ON_PREMISES === 'true'
      ? orphans.map((artifactId) => ({ artifactId, exists: false }))
      : JSON.parse(await ask('POST', '/artifacts/exists', { artifactIds: orphans })).artifacts;
  const answers = new Map(rows.map(({ artifactId, exists }) => [artifactId, exists]));
  if (!orphans.every((id) => typeof answers.get(id) === 'boolean')) throw new Error('not about what was asked');
  change(store, () => {
    for (const id of orphans) {
      if (answers.get(id)) put(store, id, { ...store.artifacts[id], state: 'UNDEPLOYED' });
      else removeArtifact(store, id);
    }
  });
}

// HTTPS, and the two archive formats, as far as they are needed.

function authority() {
  return readFileSync(process.env.CONTROL_PLANE_CA_FILE);
}

/** Resolves with the body of a success. */
function ask(method, path, body, accept = 'application/json') {
  return new Promise((resolve, reject) => {
    const headers = { 'api-key': process.env.GATEWAY_TOKEN, accept, ...(body && { 'content-type': 'application/json' }) };
    const asked = request(new URL(base + path, process.env.CONTROL_PLANE_URL), {
      method,
      headers,
      ca: authority(),
      timeout: 30_000,
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
    asked.on('response', (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode >= 200 && answer.statusCode < 300) resolve(Buffer.concat(parts));
        else reject(new Error(`${method} ${path}: ${answer.statusCode}`));
      });
    });
    asked.end(body && JSON.stringify(body));
  });
}

/** The first entry, by the central directory at the end. */
function yamlOfZip(zip) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const entry = zip.readUInt32LE(end + 16);
  const [method, length, at] = [zip.readUInt16LE(entry + 10), zip.readUInt32LE(entry + 20), zip.readUInt32LE(entry + 42)];
  const start = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  const data = zip.subarray(start, start + length);
  return (method === 0 ? data : inflateRawSync(data)).toString();
}

/** Contents by the name of their folder, which is the deployment's id. */
function filesOfTar(tar) {
  const files = new Map();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const name = tar.toString('utf8', at, tar.indexOf(0, at));
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    if (/\.ya?ml$/.test(name)) files.set(name.split('/').at(-2), tar.toString('utf8', at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function log(line) {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}
