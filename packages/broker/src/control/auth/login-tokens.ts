import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { UserRow } from '../store/rows.js';

const issuer = 'pulsemq';
const audience = 'pulsemq-admin';
const algorithm = 'HS256';

/** Content of a log-in token with a valid signature. */
export interface LoginClaims {
  /** Id of this log-in; logging out revokes it. */
  readonly id: string;
  readonly userId: number;
  /** The user's token version at the time of signing. A token with an older version is not valid. */
  readonly tokenVersion: number;
  readonly expiresAtSeconds: number;
}

/** Verified tokens that are remembered. A dashboard sends the same token with each poll, and verifying it is the slowest part of a call. */
const knownMaxCount = 1_000;

/** Signs and checks log-in tokens (RFC 7519): HS256 only, with issuer, audience and expiry. */
export class LoginTokens {
  readonly #secret: Uint8Array;
  readonly #expirySeconds: number;
  /** Oldest first. */
  readonly #known = new Map<string, LoginClaims>();

  constructor(secret: string, expirySeconds: number) {
    this.#secret = new TextEncoder().encode(secret);
    this.#expirySeconds = expirySeconds;
  }

  async sign(user: UserRow): Promise<{ token: string; expiresAtSeconds: number }> {
    const expiresAtSeconds = Math.floor(Date.now() / 1_000) + this.#expirySeconds;
    const claims = { user_id: user.id, username: user.username, user_type: user.userType, ver: user.tokenVersion };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(expiresAtSeconds)
      .sign(this.#secret);
    return { token, expiresAtSeconds };
  }

  /** Claims of a valid token that has not expired; else undefined. */
  async verify(token: string): Promise<LoginClaims | undefined> {
    const known = this.#known.get(token);
    const claims = known ?? (await this.#checked(token));
    if (claims === undefined) return undefined;
    if (claims.expiresAtSeconds <= Date.now() / 1_000) {
      this.#known.delete(token);
      return undefined;
    }
    if (known === undefined) this.#keep(token, claims);
    return claims;
  }

  #keep(token: string, claims: LoginClaims): void {
    if (this.#known.size >= knownMaxCount) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(token, claims);
  }

  async #checked(token: string): Promise<LoginClaims | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#secret, { issuer, audience, algorithms: [algorithm] });
      const { jti, exp, user_id, ver } = payload;
      // jose accepts a token without an expiry.
      if (typeof jti !== 'string' || exp === undefined) return undefined;
      if (typeof user_id !== 'number' || typeof ver !== 'number') return undefined;
      return { id: jti, userId: user_id, tokenVersion: ver, expiresAtSeconds: exp };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
