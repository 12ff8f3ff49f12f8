/** The current time, as the store writes times. */
export const now = (): string => new Date().toISOString();
