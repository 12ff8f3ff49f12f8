export const chromiumPlaces: readonly string[];
export function chromiumPath(): string | undefined;
