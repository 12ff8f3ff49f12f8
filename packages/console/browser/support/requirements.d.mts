export const debianPackages: readonly string[];
export function chromiumPath(): string | undefined;
export function missingParts(): readonly string[];
