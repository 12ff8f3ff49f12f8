import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type Language, preferences } from '../state/preferences.js';

/** Each catalogue is a separate chunk; only the language in use is loaded. */
const catalogues: Readonly<Record<Language, () => Promise<object>>> = {
  en: async () => (await import('./en/english.js')).english,
  zh: async () => (await import('./zh/chinese.js')).chinese,
};

const htmlTags: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

async function speak(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'console')) {
    i18next.addResourceBundle(language, 'console', await catalogues[language]());
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = htmlTags[language];
}

/** Loads the viewer's language, and then follows the preference. */
export async function startTranslation(): Promise<void> {
  const { language } = preferences.get();
  await i18next.use(initReactI18next).init({
    lng: language,
    ns: ['console'],
    defaultNS: 'console',
    resources: { [language]: { console: await catalogues[language]() } },
    fallbackLng: false,
    // React escapes the text that it renders.
    interpolation: { escapeValue: false },
  });
  await speak(language);
  preferences.subscribe(() => {
    if (preferences.get().language !== i18next.language) void speak(preferences.get().language);
  });
}
