import type { MarketCalendar } from '@pulsemq/protocol';
import { countedText } from './units.js';

/** A calendar in one line: its days, hours and time zone. */
export function calendarText(name: string, one: MarketCalendar): string {
  const hours = one.ranges.map(([from, to]) => `${from}-${to}`).join(', ');
  const holidays = one.holidays.length === 0 ? '' : `; ${countedText(one.holidays.length, 'holiday')}`;
  return `calendar ${name}: ${one.weekdays.join(' ')} ${hours} ${one.time_zone}${holidays}`;
}
