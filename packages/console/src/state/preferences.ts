import { ExternalStore } from './external-store.js';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

export const colourSchemes = ['auto', 'light', 'dark'] as const;
export type ColourScheme = (typeof colourSchemes)[number];

export const priceColours = ['language', 'red-up', 'green-up'] as const;
/** `language`: red is up in Chinese, green is up in English. */
export type PriceColours = (typeof priceColours)[number];

export interface Preferences {
  readonly language: Language;
  readonly colourScheme: ColourScheme;
  readonly priceColours: PriceColours;
}

const storageKey = 'pulsemq.preferences';

/** The first of the browser's languages that there is a catalogue for. */
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

/** What was stored, each part checked: another version may have written it. */
export function preferencesFrom(text: string | null, browserLanguages: readonly string[]): Preferences {
  let stored: Partial<Record<keyof Preferences, unknown>> = {};
  try {
    stored = (JSON.parse(text ?? '{}') as typeof stored | null) ?? {};
  } catch {
    // Not ours; the defaults hold.
  }
  return {
    language: oneOf(languages, stored.language, languageOf(browserLanguages)),
    colourScheme: oneOf(colourSchemes, stored.colourScheme, 'auto'),
    priceColours: oneOf(priceColours, stored.priceColours, 'language'),
  };
}

export const preferences = new ExternalStore<Preferences>(
  preferencesFrom(localStorage.getItem(storageKey), navigator.languages),
);

/** Changes and remembers. */
export function prefer(change: Partial<Preferences>): void {
  preferences.update((now) => ({ ...now, ...change }));
  localStorage.setItem(storageKey, JSON.stringify(preferences.get()));
}

/** Which way up is red. */
export const isRedUp = ({ language, priceColours: choice }: Preferences): boolean =>
  choice === 'language' ? language === 'zh' : choice === 'red-up';
