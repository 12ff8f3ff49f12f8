import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { prefer, preferences } from '../state/preferences.js';
import { useStore } from '../state/use-store.js';
import { BrandMark } from './brand-mark.js';
import frame from './frame.module.css';
import classNames from './log-in.module.css';
import { LogInForm } from './log-in-form.js';

/** The page before the log-in. */
export function LogInPage() {
  const { t } = useTranslation();
  const { language } = useStore(preferences);
  useEffect(() => {
    document.title = t('login.title');
  }, [t]);
  return (
    <div className={classNames.page}>
      <div className={classNames.top}>
        <button
          type="button"
          className={frame.language}
          aria-label={`${t('top.language')} · ${t('top.languageLabel')}`}
          onClick={() => prefer({ language: language === 'zh' ? 'en' : 'zh' })}
        >
          {t('top.language')}
        </button>
      </div>
      <main className={classNames.box}>
        <div className={classNames.brand}>
          <BrandMark size={26} />
          <h1>{t('login.title')}</h1>
        </div>
        <LogInForm />
        <p className={classNames.hint}>{t('login.firstAdmin')}</p>
      </main>
    </div>
  );
}
