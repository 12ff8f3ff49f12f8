import { createHash, randomBytes } from 'node:crypto';

/** A new MQ token: 128 random bits in 32 lowercase hex characters. It is shown once; the store keeps only its hash. */
export const generateToken = (): string => randomBytes(16).toString('hex');

/** The hash that is stored: lowercase hex SHA-256 of the token's UTF-8 bytes (`auth.token_hash: sha256`). */
export const hashToken = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex');

/** A new password: 96 random bits in 16 characters of base64url. */
export const generatePassword = (): string => randomBytes(12).toString('base64url');
