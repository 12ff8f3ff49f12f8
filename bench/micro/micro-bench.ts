/** One operation of a hot structure. */
export interface MicroBench {
  /** The structure's file, then the operation. */
  readonly name: string;
  /** Sets up once. Returns a function that does the operation `count` times. */
  prepare(): (count: number) => void;
}

/** Takes the results of operations: without a use the compiler would remove the operations. */
export const kept = { value: 0 };
