import type { Route } from '../../route/route.js';

/** What a publish by one user to one topic leads to. The right was checked when the entry was made. */
export interface PublishEntry {
  readonly route: Route;
  /** The namespace or username frame is empty and must be filled in before the message is forwarded. */
  readonly needsRewrite: boolean;
}
