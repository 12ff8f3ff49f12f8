import { send } from '../api/request.js';
import { leave } from '../state/session.js';

/** Ends the session on both ends. A broker that does not answer cannot keep the reader in. */
export async function logOut(): Promise<void> {
  try {
    await send('/logout', { method: 'POST' });
  } finally {
    leave();
  }
}
