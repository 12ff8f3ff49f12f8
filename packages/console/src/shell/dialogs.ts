import { ExternalStore } from '../state/external-store.js';

export type DialogName = 'palette' | 'keys' | 'password';

/** The open dialog of the shell; at most one is open. */
export const openedDialog = new ExternalStore<DialogName | null>(null);

export const openDialog = (name: DialogName): void => openedDialog.set(name);
export const closeDialog = (): void => openedDialog.set(null);
