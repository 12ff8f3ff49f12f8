import { english } from '../../src/i18n/en/english.js';
import { chinese } from '../../src/i18n/zh/chinese.js';

/** The console's own words, so that a story reads the same in both languages. */
export type Words = typeof chinese;

export const wordsOf = (language: 'en' | 'zh'): Words => (language === 'zh' ? chinese : (english as Words));

/** A text with its places filled, as the console fills them. */
export const filled = (text: string, places: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => String(places[name]));
