import type { Origin } from './origin.js';
import type { Route } from './route.js';

/** A topic has a publisher while a session is there that published to it within this time. */
const recentMs = 60_000;
/** Publishers of one topic that are remembered besides the last one. */
const earlierMaxCount = 4;

/** The last message of a topic comes from another origin than the one before. True when no publisher was there until now. */
export function takeOver(route: Route, origin: Origin, steadyMs: number): boolean {
  const before = route.origin;
  if (before !== null && !origin.takesOver) return false;
  route.origin = origin;
  origin.hold(route);
  if (before === null) return false;
  before.release(route);
  if (before.endedSteadyMs !== null) return true;
  remember(route, origin, before, steadyMs);
  return false;
}

/** The origin of the last message has ended: the topic passes to one that published lately. False when there is none. */
export function passOn(route: Route, steadyMs: number): boolean {
  for (const { origin, lastSteadyMs } of route.earlierOrigins ?? []) {
    if (origin.endedSteadyMs !== null || lastSteadyMs < steadyMs - recentMs) continue;
    route.origin = origin;
    origin.hold(route);
    return true;
  }
  return false;
}

/** The origins of a topic that are there and published to it lately, the last one first. */
export function presentOrigins({ origin, earlierOrigins }: Route, steadyMs: number): Origin[] {
  const earlier = (earlierOrigins ?? []).filter(({ lastSteadyMs }) => lastSteadyMs >= steadyMs - recentMs);
  const all = [...(origin === null ? [] : [origin]), ...earlier.map((one) => one.origin)];
  return all.filter(({ endedSteadyMs }) => endedSteadyMs === null);
}

/** `before` takes the place of `origin` among the earlier ones, or that of the one which is longest gone. */
function remember(route: Route, origin: Origin, before: Origin, steadyMs: number): void {
  route.earlierOrigins ??= [];
  const list = route.earlierOrigins;
  let place = list.find((one) => one.origin === origin || one.origin === before);
  if (place === undefined && list.length >= earlierMaxCount) {
    place = list.reduce((oldest, one) => (one.lastSteadyMs < oldest.lastSteadyMs ? one : oldest));
  }
  if (place === undefined) list.push({ origin: before, lastSteadyMs: steadyMs });
  else {
    place.origin = before;
    place.lastSteadyMs = steadyMs;
  }
}
