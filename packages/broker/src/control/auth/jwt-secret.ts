import { randomBytes } from 'node:crypto';
import type { Store } from '../store/store.js';

const settingKey = 'jwt_secret';

/**
 * The configured secret, or 256 random bits that were generated and stored at the first start. Of several brokers that start on one empty
 * database, one generates it: a transaction waits for those of others.
 */
export async function jwtSecret(configured: string | null, store: Store): Promise<string> {
  if (configured !== null) return configured;
  const kept = await store.settings.get(settingKey);
  if (kept !== undefined) return kept;
  return store.transaction(async ({ settings }) => {
    const other = await settings.get(settingKey);
    if (other !== undefined) return other;
    const generated = randomBytes(32).toString('hex');
    await settings.put(settingKey, generated);
    return generated;
  });
}
