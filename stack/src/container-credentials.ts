import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openCredentials, openPassword } from './credentials.js';

/**
 * Makes what the containers of a compose project need to trust each other, once: everything in `all`, and in a folder for each container
 * what that one may know. Run again it makes what is missing, and nothing else.
 */
async function makeContainerCredentials(root: string, hosts: readonly string[]): Promise<void> {
  const all = path.join(root, 'all');
  const { adminPassword, databasePassword, ...files } = await openCredentials(all, hosts);
  const brokerPassword = (user: string) => openPassword(all, `nats-${user}`);
  const routePassword = brokerPassword('route');
  const database = `postgresql://gatecast:${databasePassword}@postgres:5432/gatecast`;
  const nats = (user: string) => nodes.map((node) => `nats://${user}:${brokerPassword(user)}@${node}:4222`).join(',');
  const text = (file: string) => readFileSync(file, 'utf8');

  const folders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    postgres: { 'database.password': databasePassword },
    migrations: { 'database.url': database },
    nats: {
      'users.conf': ['api-service', 'artifacts-service', 'ws-edge']
        .map((user) => `${user.replaceAll('-', '_')}_password: "${brokerPassword(user)}"\n`)
        .join(''),
      'routes.conf': `route_password: "${routePassword}"\nroutes: [${nodes.map((node) => `"nats://route:${routePassword}@${node}:6222"`).join(', ')}]\n`,
    },
    'api-service': {
      'database.url': database,
      'nats.url': nats('api-service'),
      'jwt.key.pem': text(files.jwtKeyFile),
      'secrets.key': text(files.secretsKeyFile),
      'admin.password': adminPassword,
    },
    'artifacts-service': {
      'database.url': database,
      'nats.url': nats('artifacts-service'),
      'secrets.key': text(files.secretsKeyFile),
    },
    'ws-edge': { 'nats.url': nats('ws-edge') },
    'front-door': {
      'tls.pem': `${text(files.tlsCertFile).trimEnd()}\n${text(files.tlsKeyFile)}`,
      'ca.cert.pem': text(files.caFile),
    },
  };
  for (const [folder, contents] of Object.entries(folders)) {
    mkdirSync(path.join(root, folder), { recursive: true });
    for (const [name, content] of Object.entries(contents)) {
      const file = path.join(root, folder, name);
      // Readers run as different users; who may read is decided by who gets the folder.
      writeFileSync(`${file}.new`, content, { mode: 0o444 });
      renameSync(`${file}.new`, file);
    }
  }
}

const nodes = ['nats-1', 'nats-2', 'nats-3'];

const [root, hosts] = process.argv.slice(2);
if (!root || !hosts) throw new Error('Usage: container-credentials.js FOLDER HOST,…');
await makeContainerCredentials(root, hosts.split(','));
