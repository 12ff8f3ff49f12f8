import { mayUseMq, type TopicValues } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { meQuery } from '../../api/lists.js';
import { TopicGlances } from './topic-glances.js';

const noValues: readonly TopicValues[] = [];

/** The prices and the past of the topics that a page shows, for as long as it is open. `known` is what it has read before it is shown. */
export function useGlances(refreshMs: number, known: readonly TopicValues[] = noValues): TopicGlances {
  const { data: me } = useQuery(meQuery);
  const mayRead = me !== undefined && mayUseMq(me.user_type);
  const [first] = useState(known);
  const [glances, setGlances] = useState(() => new TopicGlances(refreshMs, mayRead, first));
  useEffect(() => {
    const started = new TopicGlances(refreshMs, mayRead, first);
    setGlances(started);
    return () => started.stop();
  }, [refreshMs, mayRead, first]);
  return glances;
}
