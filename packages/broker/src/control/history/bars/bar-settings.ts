/** Which bars a question asks for. */
export interface BarSettings {
  /** Seconds of a bar; they divide a day. */
  readonly everySeconds: number;
  /** Time zone whose midnight begins the first bar of a day. */
  readonly zone: string;
  /** Column with the price. */
  readonly price: string;
  /** Column whose sum is the volume; null: bars without volume. */
  readonly size: string | null;
}
