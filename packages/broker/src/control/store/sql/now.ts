/** This moment as the store writes times. */
export const now = (): string => new Date().toISOString();
