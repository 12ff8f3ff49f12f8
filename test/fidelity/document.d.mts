export function fidelityTables(): string;
export function withTables(text: string): string;
