import type { EventCode, LiveEvent } from '@pulsemq/protocol';

/** What an event says beside its sentence. */
export type EventMeaning = Pick<LiveEvent, 'code' | 'values'>;

/** The sentences of the engine that have a code, with the names of what stands in quotes in them. */
const forms: readonly (readonly [RegExp, EventCode, readonly string[]])[] = [
  [/^(?:PLAIN )?log-in of ("(?:[^"\\]|\\.)*") refused$/, 'log_in_refused', ['username']],
  [
    /^permission denied: ("(?:[^"\\]|\\.)*") may not publish to namespace ("(?:[^"\\]|\\.)*")$/,
    'publish_denied',
    ['username', 'namespace'],
  ],
  [
    /^permission denied: ("(?:[^"\\]|\\.)*") may not subscribe in namespace ("(?:[^"\\]|\\.)*")$/,
    'subscribe_denied',
    ['username', 'namespace'],
  ],
];

/** The code and the names of an incident. `other` for one without a code, such as an error of the protocol. */
export function meaningOfIncident(text: string): EventMeaning {
  for (const [form, code, names] of forms) {
    const found = form.exec(text);
    if (found === null) continue;
    const values = names.map((name, index) => [name, JSON.parse(found[index + 1]!) as string]);
    return { code, values: Object.fromEntries(values) };
  }
  return { code: 'other', values: {} };
}
