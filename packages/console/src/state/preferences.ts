import { type Clock, clocks, showTimesBy } from '../format/clock.js';
import { ExternalStore } from './external-store.js';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

export const colourSchemes = ['auto', 'light', 'dark'] as const;
export type ColourScheme = (typeof colourSchemes)[number];

export const priceColours = ['language', 'red-up', 'green-up'] as const;
/** `language` means red up in Chinese and green up in English. */
export type PriceColours = (typeof priceColours)[number];

export interface Preferences {
  readonly language: Language;
  readonly colourScheme: ColourScheme;
  readonly priceColours: PriceColours;
  readonly clock: Clock;
}

const storageKey = 'pulsemq.preferences';

/** The first of the browser's languages that has a catalogue; else English. */
export function languageOf(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const word = tag.toLowerCase();
    if (word.startsWith('zh')) return 'zh';
    if (word.startsWith('en')) return 'en';
  }
  return 'en';
}

const oneOf = <Word extends string>(words: readonly Word[], value: unknown, otherwise: Word): Word =>
  words.includes(value as Word) ? (value as Word) : otherwise;

/** The stored preferences. Each part is checked, since another version may have written it. */
export function preferencesFrom(text: string | null, browserLanguages: readonly string[]): Preferences {
  let stored: Partial<Record<keyof Preferences, unknown>> = {};
  try {
    stored = (JSON.parse(text ?? '{}') as typeof stored | null) ?? {};
  } catch {
    // Not written by this console: the defaults apply.
  }
  return {
    language: oneOf(languages, stored.language, languageOf(browserLanguages)),
    colourScheme: oneOf(colourSchemes, stored.colourScheme, 'auto'),
    priceColours: oneOf(priceColours, stored.priceColours, 'language'),
    clock: oneOf(clocks, stored.clock, 'local'),
  };
}

export const preferences = new ExternalStore<Preferences>(
  preferencesFrom(localStorage.getItem(storageKey), navigator.languages),
);

showTimesBy(preferences.get().clock);

/** Changes preferences and stores them. */
export function prefer(change: Partial<Preferences>): void {
  if (change.clock !== undefined) showTimesBy(change.clock);
  preferences.update((now) => ({ ...now, ...change }));
  localStorage.setItem(storageKey, JSON.stringify(preferences.get()));
}

/** Whether rising prices are red. */
export const isRedUp = ({ language, priceColours: choice }: Preferences): boolean =>
  choice === 'language' ? language === 'zh' : choice === 'red-up';
