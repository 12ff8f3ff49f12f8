import { useTranslation } from 'react-i18next';
import { durationText } from '../../format/time.js';
import { figures } from '../../live/figures.js';
import { Icon } from '../../parts/icon.js';
import { Panel } from '../../parts/panel.js';
import { useStore } from '../../state/use-store.js';
import classNames from './settings.module.css';

/** Which broker this is, and where its API is described. */
export function AboutPanel() {
  const { t } = useTranslation();
  const now = useStore(figures);
  return (
    <Panel title={t('settings.about')}>
      <dl className={classNames.about}>
        <div>
          <dt>{t('settings.version')}</dt>
          <dd>PulseMQ {now?.version ?? '–'}</dd>
        </div>
        <div>
          <dt>{t('settings.upSince')}</dt>
          <dd>{now === null ? '–' : durationText(t, now.uptime_seconds * 1000)}</dd>
        </div>
        <div>
          <dt>API</dt>
          <dd className={classNames.links}>
            <a href="./docs" target="_blank" rel="noreferrer">
              <Icon name="help" size={14} /> {t('settings.apiDocs')}
            </a>
            <a href="./api/openapi.json" target="_blank" rel="noreferrer">
              <Icon name="download" size={14} /> {t('settings.apiDescription')}
            </a>
          </dd>
        </div>
      </dl>
    </Panel>
  );
}
