/** One operation of a hot structure. */
export interface MicroBench {
  /** The structure, and what is done with it. */
  readonly name: string;
  /** Makes what it needs, once; gives a function that does the operation `count` times. */
  prepare(): (count: number) => void;
}

/** What is computed goes here, so that the compiler cannot see that nobody wants it. */
export const kept = { value: 0 };
