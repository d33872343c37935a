import { createPrivateKey, createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { apiError } from '../errors.js';

const issuer = 'platform-api';
const algorithm = 'RS256';

/** Who asks, as the token says. */
export interface Caller {
  readonly userId: string;
  readonly username: string;
  readonly organizationId: string;
  readonly scopes: ReadonlySet<string>;
  /** When the token expires, in seconds since 1970. */
  readonly expiresAtSeconds: number;
}

/** What goes into a token. */
interface Grant {
  readonly userId: string;
  readonly username: string;
  readonly organization: { readonly id: string; readonly handle: string; readonly displayName: string };
  readonly scopes: readonly string[];
}

export interface AccessTokens {
  /** Returns a signed token and when it expires, in seconds since 1970. */
  issue(grant: Grant): Promise<{ token: string; expiresAtSeconds: number }>;
  /** Returns who a token speaks for. @throws HttpError 401 when it is malformed, expired or not ours. */
  verify(token: string): Promise<Caller>;
}

/** Creates the tokens of people and pipelines: JWTs with the claims of management API 5.1. */
export function createAccessTokens(privateKey: KeyObject, lifetimeMs: number): AccessTokens {
  const publicKey = createPublicKey(privateKey);

  return {
    async issue({ userId, username, organization, scopes }) {
      const nowSeconds = Math.floor(Date.now() / 1000);
      const expiresAtSeconds = nowSeconds + Math.ceil(lifetimeMs / 1000);
      const token = await new SignJWT({
        username,
        scope: scopes.join(' '),
        organization: organization.id,
        org_name: organization.displayName,
        org_handle: organization.handle,
      })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
        .setIssuer(issuer)
        .setSubject(userId)
        // Who waits for a renewed token knows it by being another one, also within the same second.
        .setJti(randomUUID())
        .setIssuedAt(nowSeconds)
        .setExpirationTime(expiresAtSeconds)
        .sign(privateKey);
      return { token, expiresAtSeconds };
    },

    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          issuer,
          algorithms: [algorithm],
          requiredClaims: ['sub', 'exp', 'organization', 'username', 'scope'],
        });
        return {
          userId: String(payload.sub),
          username: String(payload.username),
          organizationId: String(payload.organization),
          scopes: new Set(String(payload.scope).split(' ')),
          expiresAtSeconds: Number(payload.exp),
        };
      } catch (error) {
        if (error instanceof errors.JWTExpired) throw apiError('UNAUTHORIZED', 'The token has expired: sign in again.');
        if (error instanceof errors.JOSEError) throw apiError('UNAUTHORIZED', 'The token is not valid here.');
        throw error;
      }
    },
  };
}

/** Returns the key that signs tokens. @throws Error with one clear sentence when the text is no RSA key of 2048 bits or more. */
export function signingKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    throw new Error('holds no private key in PEM', { cause: error });
  }
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw new Error('holds no RSA key of 2048 bits or more');
  }
  return key;
}
