/** The freshness of a route, as the route sees it. */
export interface RouteFreshness {
  readonly state: string;
  /** It has messages in this turn. Milliseconds of the monotonic clock. */
  touched(steadyMs: number): void;
}
