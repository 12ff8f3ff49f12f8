import type { Intake } from './accept.js';
import type { Route } from './route.js';

/** Forgets the stream of a topic that comes from another broker. What waits of it for subscribers stays theirs. */
export function forgetPeerRoute(intake: Intake, route: Route): void {
  intake.forgetValue(route);
  for (const pace of route.paces ?? []) pace.group.forget(pace);
  route.namespace.removePeerRoute(route);
  route.remote?.forget();
}
