export const debianPackages: readonly string[];
export function missingParts(): readonly string[];
