export function contextFiles(root: string): string[];
export function copyContext(root: string, target: string): number;
