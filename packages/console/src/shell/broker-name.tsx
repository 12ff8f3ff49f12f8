import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { clusterQuery, meQuery } from '../api/lists.js';
import classNames from './frame.module.css';

const refreshMs = 30_000;

/** In a cluster the name of the broker that every page speaks of. It leads to the others. */
export function BrokerName() {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const isAdministrator = me?.is_administrator === true;
  const { data } = useQuery({ ...clusterQuery, refetchInterval: refreshMs, enabled: isAdministrator });
  if (!isAdministrator || data === undefined || data.own === null) return null;
  return (
    <Link to="/cluster" className={classNames.broker ?? ''} title={t('cluster.thisBroker')}>
      {data.own.name}
    </Link>
  );
}
