import { useTranslation } from 'react-i18next';
import { durationText } from '../../format/time.js';
import { figures } from '../../live/figures.js';
import { FactList } from '../../parts/facts.js';
import { Icon } from '../../parts/icon.js';
import { MetricsLink } from '../../parts/metrics-link.js';
import { Panel } from '../../parts/panel.js';
import { useStore } from '../../state/use-store.js';
import classNames from './settings.module.css';

function ApiLinks() {
  const { t } = useTranslation();
  return (
    <span className={classNames.links}>
      <a href="./docs" target="_blank" rel="noreferrer">
        <Icon name="help" size={14} /> {t('settings.apiDocs')}
      </a>
      <a href="./api/openapi.json" target="_blank" rel="noreferrer">
        <Icon name="download" size={14} /> {t('settings.apiDescription')}
      </a>
      <MetricsLink />
    </span>
  );
}

/** Version and uptime of the broker, and links to its API. */
export function AboutPanel() {
  const { t } = useTranslation();
  const now = useStore(figures);
  return (
    <Panel title={t('settings.about')}>
      <FactList
        className={classNames.about}
        facts={[
          [t('settings.version'), `PulseMQ ${now?.version ?? '–'}`],
          [t('settings.uptime'), now === null ? '–' : durationText(t, now.uptime_seconds * 1000)],
          ['API', <ApiLinks key="api" />],
        ]}
      />
    </Panel>
  );
}
