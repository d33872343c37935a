import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';

/** Secrets and files of a stack, made once. */
export interface Credentials {
  /** PKCS8 PEM of the key that signs the management API's tokens (RS256). */
  readonly jwtKeyFile: string;
  /** 32 bytes, base64, of the key that seals secrets at rest. */
  readonly secretsKeyFile: string;
  readonly tlsKeyFile: string;
  readonly tlsCertFile: string;
  /** What a client trusts to reach the front door. */
  readonly caFile: string;
  readonly adminPassword: string;
  readonly databasePassword: string;
}

const day = 24 * 60 * 60 * 1000;
/** The longest that all common TLS clients accept, less a few days for clocks that differ. */
const validityMs = 820 * day;

/**
 * Returns the credentials kept in `folder`, making those that are missing; a certificate that ends soon or lacks one of `hosts` is made
 * anew.
 */
export async function openCredentials(
  folder: string,
  hosts: readonly string[] = ['localhost', os.hostname()],
): Promise<Credentials> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const file = (name: string) => path.join(folder, name);

  const jwtKeyFile = file('jwt.key.pem');
  once(jwtKeyFile, () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );

  const secretsKeyFile = file('secrets.key');
  once(secretsKeyFile, () => randomBytes(32).toString('base64'));

  const [tlsKeyFile, tlsCertFile, caFile] = [file('tls.key.pem'), file('tls.cert.pem'), file('ca.cert.pem')];
  if (![tlsKeyFile, caFile].every(existsSync) || !isGood(tlsCertFile, hosts)) {
    const made = await makeCertificate(hosts);
    writeSecret(tlsKeyFile, made.key);
    writeSecret(caFile, made.authority);
    writeSecret(tlsCertFile, made.certificate);
  }

  const password = (name: string) => openPassword(folder, name);
  return {
    jwtKeyFile,
    secretsKeyFile,
    tlsKeyFile,
    tlsCertFile,
    caFile,
    adminPassword: password('admin'),
    databasePassword: password('database'),
  };
}

/** Returns the password of that name kept in `folder`, making it when it is missing. */
export function openPassword(folder: string, name: string): string {
  return once(path.join(folder, `${name}.password`), () => randomBytes(18).toString('base64url'));
}

function once(file: string, make: () => string): string {
  const kept = existsSync(file) && readFileSync(file, 'utf8').trim();
  if (kept) return kept;
  writeSecret(file, make());
  return readFileSync(file, 'utf8').trim();
}

/** Whole or not at all: a start that was cut off, or found no room, leaves nothing that the next one takes for good. */
function writeSecret(file: string, content: string): void {
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, content, { mode: 0o600, flush: true });
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, file);
}

function isGood(certFile: string, hosts: readonly string[]): boolean {
  if (!existsSync(certFile)) return false;
  const pem = readFileSync(certFile, 'utf8');
  if (pem.trim() === '') return false;
  const certificate = new X509Certificate(pem);
  return Date.parse(certificate.validTo) > Date.now() + 30 * day && hosts.every((host) => certificate.checkHost(host));
}

/** A server certificate under an authority of its own, whose key is forgotten at once. */
async function makeCertificate(hosts: readonly string[]): Promise<{ key: string; certificate: string; authority: string }> {
  const common = {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - day),
    notAfterDate: new Date(Date.now() + validityMs),
  } as const;
  const authority = await generate([{ name: 'commonName', value: 'Gatecast stack' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...[...new Set(hosts)].map((value) => ({ type: 2 as const, value })),
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { key: server.private, certificate: server.cert, authority: authority.cert };
}
