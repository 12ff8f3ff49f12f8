/** Codecs that are loaded when they are first needed. */
export interface LazyCodecs {
  /**
   * True if a payload with these two bytes of its header needs no loading: it is plain, the codecs are there, or they could not be loaded a
   * moment ago.
   */
  isReady(formatCode: number, flags: number): boolean;
  /** Loads them, once. Rejects with a PulseMQError if they cannot be loaded. */
  load(): Promise<void>;
}
