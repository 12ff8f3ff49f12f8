import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { clocks } from '../../format/clock.js';
import { Panel } from '../../parts/panel.js';
import { colourSchemes, type Language, prefer, preferences, priceColours } from '../../state/preferences.js';
import { useStore } from '../../state/use-store.js';
import classNames from './settings.module.css';

/** Each language has its own name here, so that it can be found from a page in the other language. */
const languageNames: readonly { readonly value: Language; readonly label: string }[] = [
  { value: 'zh', label: '中文' },
  { value: 'en', label: 'English' },
];

function Choice({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div className={classNames.choice}>
      <span>{name}</span>
      {children}
    </div>
  );
}

/** A sample of the chosen colours. */
function PriceSample() {
  const { t } = useTranslation();
  return (
    <span className={classNames.sample}>
      <span className={classNames.rise}>▲ {t('settings.rises')}</span>
      <span className={classNames.fall}>▼ {t('settings.falls')}</span>
    </span>
  );
}

/** The viewer's preferences: language, appearance, clock and price colours. */
export function PreferencesPanel() {
  const { t } = useTranslation();
  const now = useStore(preferences);
  return (
    <Panel title={t('settings.mine')} actions={<span className="muted">{t('settings.mineHint')}</span>}>
      <div className={classNames.choices}>
        <Choice name={t('settings.language')}>
          <SegmentedControl
            aria-label={t('settings.language')}
            value={now.language}
            onChange={(language) => prefer({ language })}
            data={[...languageNames]}
          />
        </Choice>
        <Choice name={t('settings.appearance')}>
          <SegmentedControl
            aria-label={t('settings.appearance')}
            value={now.colourScheme}
            onChange={(colourScheme) => prefer({ colourScheme })}
            data={colourSchemes.map((value) => ({ value, label: t(`settings.schemes.${value}`) }))}
          />
        </Choice>
        <Choice name={t('settings.clock')}>
          <SegmentedControl
            aria-label={t('settings.clock')}
            value={now.clock}
            onChange={(clock) => prefer({ clock })}
            data={clocks.map((value) => ({ value, label: t(`settings.clocks.${value}`) }))}
          />
        </Choice>
        <Choice name={t('settings.prices')}>
          <SegmentedControl
            aria-label={t('settings.prices')}
            value={now.priceColours}
            onChange={(choice) => prefer({ priceColours: choice })}
            data={priceColours.map((value) => ({ value, label: t(`settings.priceChoices.${value}`) }))}
          />
          <PriceSample />
        </Choice>
      </div>
    </Panel>
  );
}
