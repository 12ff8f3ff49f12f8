/** One row of the chart. */
export interface ChartRow {
  readonly label: string;
  readonly values: readonly { readonly peer: string; readonly value: number }[];
  /** Ours divided by that of NATS; NaN where NATS was not measured. */
  readonly ratio: number;
}

export interface ChartFigures {
  readonly rows: readonly ChartRow[];
  readonly commit: string;
  readonly machine: string;
}

export function ofDocument(text: string): ChartFigures;
export function ofResult(result: object, commit: string): ChartFigures;
export function chart(figures: ChartFigures): string;
