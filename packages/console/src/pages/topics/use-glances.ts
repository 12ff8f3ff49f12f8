import { mayUseMq } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { meQuery } from '../../api/lists.js';
import { TopicGlances } from './topic-glances.js';

/** The prices and the past of the topics that a page shows, for as long as it is open. */
export function useGlances(refreshMs: number): TopicGlances {
  const { data: me } = useQuery(meQuery);
  const mayRead = me !== undefined && mayUseMq(me.user_type);
  const [glances, setGlances] = useState(() => new TopicGlances(refreshMs, mayRead));
  useEffect(() => {
    const started = new TopicGlances(refreshMs, mayRead);
    setGlances(started);
    return () => started.stop();
  }, [refreshMs, mayRead]);
  return glances;
}
