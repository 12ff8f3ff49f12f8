/** One line that is typed, and its answer. */
export interface SessionStep {
  readonly typed: string;
  readonly answer: string;
}

export function sessionOf(path: string): SessionStep[];
export function masked(text: string): string;
