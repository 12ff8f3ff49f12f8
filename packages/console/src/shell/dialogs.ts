import { ExternalStore } from '../state/external-store.js';

export type DialogName = 'palette' | 'keys' | 'password';

/** Which of the shell's own dialogs is open; at most one. */
export const openedDialog = new ExternalStore<DialogName | null>(null);

export const openDialog = (name: DialogName): void => openedDialog.set(name);
export const closeDialog = (): void => openedDialog.set(null);
