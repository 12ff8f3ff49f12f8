/** Resolves in the next turn of the event loop: long work waits for it, so that other work of this thread can run. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
