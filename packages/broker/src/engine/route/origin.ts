import type { TurnSource } from '../fanout/turn-figures.js';

/** Where messages come from: a session, or the admin API. */
export interface Origin {
  readonly user: { readonly id: number };
  /** When its connection closed, milliseconds of the monotonic clock; null while it is open. */
  readonly endedSteadyMs: number | null;
  /** It takes a topic over from the origin that published there before it. A publish by the admin API does not. */
  readonly takesOver: boolean;
  publishedCount: number;
  publishedBytes: number;
  /** It is the last that published to this route. */
  hold(route: TurnSource): void;
  /** Another origin has published to this route since, or the topic is gone. */
  release(route: TurnSource): void;
}

/** An origin that published to a topic before the last one did. */
export interface EarlierOrigin {
  origin: Origin;
  /** When another took over, milliseconds of the monotonic clock. */
  lastSteadyMs: number;
}
