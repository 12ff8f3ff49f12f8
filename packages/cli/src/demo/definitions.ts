import type { CreateAlertRuleRequest, Definitions, MarketCalendar } from '@pulsemq/protocol';

/** What `demo --serve` creates in its broker: users with grants, two namespaces, freshness rules with calendars, and an alert rule. */

/** Users of the demo. Each connects with its own token. */
export const demoUsers = { feed: 'demo_feed', fx: 'demo_fx', desk: 'demo_desk', screen: 'demo_screen' } as const;
export type DemoUser = (typeof demoUsers)[keyof typeof demoUsers];

/** Namespace of what the desk publishes. */
export const deskNamespace = 'desk';

/** Topics of the feed that falls silent now and then. */
export const fxPattern = '*.fx';
/** Age at which such a topic is stale. */
export const fxMaxAgeMs = 3_000;

const alwaysOpen: MarketCalendar = {
  time_zone: 'Asia/Shanghai',
  weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  ranges: [['00:00', '24:00']],
  holidays: [],
};

const shanghai: MarketCalendar = {
  time_zone: 'Asia/Shanghai',
  weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
  ranges: [
    ['09:30', '11:30'],
    ['13:00', '15:00'],
  ],
  holidays: ['2026-10-01', '2027-01-01'],
};

const freshness = {
  rules: [
    { pattern: fxPattern, max_age_ms: fxMaxAgeMs, calendar: 'always_open' },
    { pattern: '*.bar.1s', max_age_ms: 60_000, calendar: 'shanghai' },
  ],
  calendars: { always_open: alwaysOpen, shanghai },
};

/** For an import, which adds what is missing and sets back what was changed. */
export function demoDefinitions(namespace: string): Definitions {
  const kept = { is_active: true, keep_last_value: true };
  const { feed, fx, desk, screen } = demoUsers;
  return {
    version: 1,
    namespaces: [
      { ...kept, name: namespace, description: 'The market of the demo: random prices', freshness },
      { ...kept, name: deskNamespace, description: 'What the desk of the demo works out', freshness: null },
    ],
    users: Object.values(demoUsers).map((username) => ({ username, user_type: 'mq_normal', is_active: true })),
    grants: [
      { username: feed, namespace, role: 'pub' },
      { username: fx, namespace, role: 'pub' },
      { username: desk, namespace, role: 'sub' },
      { username: desk, namespace: deskNamespace, role: 'pub' },
      { username: screen, namespace, role: 'sub' },
    ],
  };
}

export const demoAlertRule = (namespace: string): CreateAlertRuleRequest => ({
  name: 'The FX feed of the demo is silent',
  kind: 'topic_stale',
  namespace,
  pattern: fxPattern,
  threshold: 1,
  for_s: 2,
});
