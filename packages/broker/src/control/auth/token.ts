import { createHash, randomBytes } from 'node:crypto';

/** A new MQ token: 32 lowercase hex characters, 128 random bits. Shown once and stored as its hash. */
export const generateToken = (): string => randomBytes(16).toString('hex');

/** How a token is stored: lowercase hex SHA-256 of its UTF-8 bytes (`auth.token_hash: sha256`). */
export const hashToken = (token: string): string => createHash('sha256').update(token, 'utf8').digest('hex');

/** A new password: 16 characters of base64url, 96 random bits. */
export const generatePassword = (): string => randomBytes(12).toString('base64url');
