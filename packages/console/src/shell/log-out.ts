import { sendLast } from '../api/request.js';
import { leave } from '../state/session.js';

/** Ends the log-in at the broker and here; here also when the broker does not answer. */
export async function logOut(): Promise<void> {
  try {
    await sendLast('/logout');
  } finally {
    leave();
  }
}
