import { english } from '../../src/i18n/en/english.js';
import { chinese } from '../../src/i18n/zh/chinese.js';

/** The texts of the console: a story uses them, so that it runs in both languages. */
export type Words = typeof chinese;

export const wordsOf = (language: 'en' | 'zh'): Words => (language === 'zh' ? chinese : (english as Words));

/** A text with its placeholders filled in, as the console does it. */
export const filled = (text: string, places: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => String(places[name]));
