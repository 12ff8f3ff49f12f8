import type { Alert, MuteAlertRequest } from '@pulsemq/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../api/request.js';

/** Acknowledges and mutes alerts, and keeps the failure of the last action. */
export function useAlertAction() {
  const queries = useQueryClient();
  const [failure, setFailure] = useState<unknown>();
  const act = async (path: string, body: object): Promise<void> => {
    setFailure(undefined);
    try {
      await ask<Alert>(path, { method: 'POST', body });
    } catch (cause) {
      setFailure(cause);
    }
    await queries.invalidateQueries({ queryKey: ['alerts'] });
  };
  return {
    failure,
    acknowledge: ({ id }: Alert) => act(`/api/alerts/${id}/acknowledge`, {}),
    mute: ({ id }: Alert, minutes: number) => act(`/api/alerts/${id}/mute`, { minutes } satisfies MuteAlertRequest),
  };
}
