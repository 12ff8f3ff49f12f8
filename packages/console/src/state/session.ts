import type { LoginReply } from '@pulsemq/protocol';
import { ExternalStore } from './external-store.js';

/**
 * The log-in of the viewer. `expired` keeps the page and asks for the password above it; `out` shows the log-in page. The token is
 * kept as long as the tab is open.
 */
export type Session =
  | { readonly state: 'out' }
  | {
      readonly state: 'in';
      readonly token: string;
      readonly username: string;
      /** `advised`: the console asks once, and the viewer may skip it. `required`: the broker refuses everything else before it. */
      readonly passwordChange: 'none' | 'advised' | 'required';
    }
  | { readonly state: 'expired'; readonly username: string };

const storageKey = 'pulsemq.session';

/** Says that a user of this browser keeps a password that was chosen for it. */
const keptKey = (username: string): string => `pulsemq.password-kept.${username}`;

function restored(): Session {
  const text = sessionStorage.getItem(storageKey);
  if (text === null) return { state: 'out' };
  try {
    const { token, username, passwordChange } = JSON.parse(text) as Record<string, unknown>;
    if (typeof token !== 'string' || typeof username !== 'string') return { state: 'out' };
    const isKnown = passwordChange === 'advised' || passwordChange === 'required';
    return { state: 'in', token, username, passwordChange: isKnown ? passwordChange : 'none' };
  } catch {
    // Not written by this console: the viewer logs in again.
    return { state: 'out' };
  }
}

export const session = new ExternalStore<Session>(restored());

session.subscribe(() => {
  const now = session.get();
  if (now.state === 'in') sessionStorage.setItem(storageKey, JSON.stringify(now));
  else sessionStorage.removeItem(storageKey);
});

/** Starts the log-in with the reply to a log-in or to a change of password. */
export function enter(reply: LoginReply): void {
  const isAdvised = reply.must_change_password && localStorage.getItem(keptKey(reply.user.username)) === null;
  session.set({
    state: 'in',
    token: reply.token,
    username: reply.user.username,
    passwordChange: isAdvised ? 'advised' : 'none',
  });
}

/** The broker refused this token. A newer token stays valid. */
export function expire(token: string): void {
  const now = session.get();
  if (now.state === 'in' && now.token === token) session.set({ state: 'expired', username: now.username });
}

/** The broker demands a new password before any other request. */
export function demandPasswordChange(): void {
  const now = session.get();
  if (now.state === 'in' && now.passwordChange !== 'required') session.set({ ...now, passwordChange: 'required' });
}

/** The viewer keeps the password that the broker or an administrator chose. This browser does not ask again. */
export function skipPasswordChange(): void {
  const now = session.get();
  if (now.state !== 'in') return;
  localStorage.setItem(keptKey(now.username), 'true');
  session.set({ ...now, passwordChange: 'none' });
}

export const leave = (): void => session.set({ state: 'out' });
