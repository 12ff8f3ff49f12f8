import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { send } from '../api/request.js';
import { download } from '../export/download.js';
import classNames from './metrics-link.module.css';
import { FailureAlert } from './problem.js';

/** The figures for Prometheus. A link could not send the log-in, so the page fetches them and saves them as a file. */
export function MetricsLink() {
  const { t } = useTranslation();
  const [failure, setFailure] = useState<unknown>();
  const save = async (): Promise<void> => {
    setFailure(undefined);
    const response = await send('/metrics');
    download('pulsemq-metrics.txt', 'text/plain;charset=utf-8', await response.text());
  };
  return (
    <span>
      <button
        type="button"
        className={classNames.link}
        title={t('settings.metricsHint')}
        onClick={() => void save().catch(setFailure)}
      >
        {t('settings.metrics')} <code>/metrics</code>
      </button>
      <FailureAlert failure={failure} />
    </span>
  );
}
