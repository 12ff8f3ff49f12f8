import { randomBytes } from 'node:crypto';
import type { SettingStore } from '../store/store.js';

const settingKey = 'jwt_secret';

/** The configured secret, or 256 random bits that were generated and stored at the first start. */
export async function jwtSecret(configured: string | null, settings: SettingStore): Promise<string> {
  if (configured !== null) return configured;
  const kept = await settings.get(settingKey);
  if (kept !== undefined) return kept;
  const generated = randomBytes(32).toString('hex');
  await settings.put(settingKey, generated);
  return generated;
}
