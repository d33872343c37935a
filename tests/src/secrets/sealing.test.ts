import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  createSealing,
  readSettings,
  SealingError,
  SettingsError,
  sealingContradictions,
  sealingOf,
  sealingSettings,
} from '@gatecast/service-kit';
import { describe, expect, test } from 'vitest';

const key = randomBytes(32);
const identity = { organizationId: '0198a000-0000-7000-8000-000000000000', handle: 'upstream-key' };
const sealing = createSealing(key);

describe('a sealed value', () => {
  test.each(['a', 'größe-✓', '-----BEGIN CERTIFICATE-----\r\nMIIB\r\n-----END CERTIFICATE-----\r\n', 'x'.repeat(65_536)])(
    'opens as it was (%#)',
    (value) => {
      expect(sealing.open(sealing.seal(value, identity), identity)).toEqual({ value, isCurrent: true });
    },
  );

  test('is another one each time, and shows nothing of the value', () => {
    const sealed = Array.from({ length: 100 }, () => sealing.seal('the value', identity));
    expect(new Set(sealed.map((one) => one.subarray(0, 12).toString('hex'))).size).toBe(100);
    for (const one of sealed) {
      expect(one.length).toBe(12 + 'the value'.length + 16);
      expect(one.toString('latin1')).not.toContain('value');
    }
  });

  test('does not open with any byte of it changed, cut or added', () => {
    const sealed = sealing.seal('the value', identity);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] as number) ^ 1;
      expect(() => sealing.open(changed, identity), `byte ${at}`).toThrow(SealingError);
      expect(() => sealing.open(sealed.subarray(0, at), identity), `first ${at} bytes`).toThrow(SealingError);
    }
    expect(() => sealing.open(Buffer.concat([sealed, Buffer.from([0])]), identity)).toThrow(SealingError);
  });

  test("does not open as another secret's, or another organization's", () => {
    const sealed = sealing.seal('the value', identity);
    expect(() => sealing.open(sealed, { ...identity, handle: 'other-key' })).toThrow(SealingError);
    expect(() => sealing.open(sealed, { ...identity, organizationId: '0198a000-0000-7000-8000-000000000001' })).toThrow(
      SealingError,
    );
  });

  test('does not open with another key, and the error tells nothing of it', () => {
    const sealed = sealing.seal('the value', identity);
    expect(() => createSealing(randomBytes(32)).open(sealed, identity)).toThrow(SealingError);
    expect(() => createSealing(randomBytes(32)).open(sealed, identity)).not.toThrow(/the value|upstream-key/);
  });

  test('opens with the old key beside a new one, and is sealed with the new one', () => {
    const turned = createSealing(randomBytes(32), key);
    expect(turned.open(sealing.seal('the value', identity), identity)).toEqual({ value: 'the value', isCurrent: false });
    expect(() => sealing.open(turned.seal('the value', identity), identity)).toThrow(SealingError);
  });
});

describe('a hash', () => {
  test('is the same for the same value, and another one for another value, secret, organization or key', () => {
    const hash = sealing.hash('the value', identity);
    expect(hash).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
    expect(sealing.hash('the value', identity)).toBe(hash);
    expect(sealing.hash('the valuE', identity)).not.toBe(hash);
    expect(sealing.hash('the value', { ...identity, handle: 'upstream-keys' })).not.toBe(hash);
    expect(sealing.hash('the value', { ...identity, organizationId: 'other' })).not.toBe(hash);
    expect(createSealing(randomBytes(32)).hash('the value', identity)).not.toBe(hash);
  });
});

describe('a key', () => {
  const read = (environment: NodeJS.ProcessEnv) => sealingOf(readSettings(environment, sealingSettings, sealingContradictions));
  const other = createSealing(key);

  test.each(['hex', 'base64', 'base64url'] as const)('is read as %s, from the environment or a file', (encoding) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-key-'));
    try {
      const file = path.join(folder, 'secrets.key');
      writeFileSync(file, `${key.toString(encoding)}\n`);
      const sealed = other.seal('the value', identity);
      expect(read({ SECRETS_KEY: key.toString(encoding) })?.open(sealed, identity).value).toBe('the value');
      expect(read({ SECRETS_KEY_FILE: file })?.open(sealed, identity).value).toBe('the value');
      expect(
        read({ SECRETS_KEY: randomBytes(32).toString('hex'), SECRETS_OLD_KEY_FILE: file })?.open(sealed, identity).isCurrent,
      ).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('may be missing: then there is no sealing', () => expect(read({})).toBeUndefined());

  const short = randomBytes(31).toString('base64');
  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ['one that is too short', { SECRETS_KEY: short }, /SECRETS_KEY: expected a key of 32 bytes/],
    ['an empty one', { SECRETS_KEY: '' }, /SECRETS_KEY: expected a key of 32 bytes/],
    ['a password', { SECRETS_KEY: 'a password of some thirty-two chars' }, /SECRETS_KEY: expected a key of 32 bytes/],
    ['a file that is not there', { SECRETS_KEY_FILE: '/nowhere/secrets.key' }, /SECRETS_KEY_FILE: .*ENOENT/],
    ['two of them', { SECRETS_KEY: key.toString('hex'), SECRETS_KEY_FILE: '/dev/null' }, /SECRETS_KEY/],
    ['an old one alone', { SECRETS_OLD_KEY: key.toString('hex') }, /SECRETS_OLD_KEY: needs SECRETS_KEY/],
  ])('%s is refused with what to do, without being repeated', (_what, environment, message) => {
    expect(() => read(environment)).toThrow(SettingsError);
    expect(() => read(environment)).toThrow(message);
    expect(() => read(environment)).not.toThrow(short);
  });

  test('is refused when it comes twice', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-key-'));
    try {
      writeFileSync(path.join(folder, 'k'), key.toString('hex'));
      expect(() => read({ SECRETS_KEY: key.toString('hex'), SECRETS_KEY_FILE: path.join(folder, 'k') })).toThrow(
        /SECRETS_KEY: is set beside SECRETS_KEY_FILE/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
