import { useTranslation } from 'react-i18next';
import { Page } from '../../parts/page.js';
import { RulesPanel } from '../alerts/rules-panel.js';
import { WebhooksPanel } from '../alerts/webhooks-panel.js';
import { AboutPanel } from './about-panel.js';
import { Configuration } from './configuration.js';
import { DefinitionsPanel } from './definitions-panel.js';
import { PreferencesPanel } from './preferences-panel.js';
import classNames from './settings.module.css';

/** The viewer's preferences, the definitions as a file, the rules of alerts, and the broker's configuration. */
export function Settings() {
  const { t } = useTranslation();
  return (
    <Page title={t('nav.settings')}>
      <div className={classNames.top}>
        <PreferencesPanel />
        <DefinitionsPanel />
        <AboutPanel />
      </div>
      <div className={classNames.alerts}>
        <RulesPanel />
        <WebhooksPanel />
      </div>
      <Configuration />
    </Page>
  );
}
