import { randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { UserRow } from '../store/rows.js';

const issuer = 'pulsemq';
const audience = 'pulsemq-admin';
const algorithm = 'HS256';

/** What a log-in token says, once its signature is known to be good. */
export interface LoginClaims {
  /** Names this very log-in, so that logging out can end it. */
  readonly id: string;
  readonly userId: number;
  /** The user's token version when it was signed; a later one ends it. */
  readonly tokenVersion: number;
  readonly expiresAtSeconds: number;
}

/** Tokens whose signature need not be worked out again, since it was good before; whoever polls sends the same one each time. */
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

  /** The claims of a token that is ours and not expired; else undefined. */
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
      // An expiry is checked only where there is one.
      if (typeof jti !== 'string' || exp === undefined) return undefined;
      if (typeof user_id !== 'number' || typeof ver !== 'number') return undefined;
      return { id: jti, userId: user_id, tokenVersion: ver, expiresAtSeconds: exp };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
