/** Lets whatever else waits in this thread go first: for work that is long as a whole. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
