import { Button } from '@mantine/core';
import type { ApiTopic, LastValue } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ApiFailure } from '../../api/api-failure.js';
import { ask, send } from '../../api/request.js';
import { download } from '../../export/download.js';
import { Empty } from '../../parts/empty.js';
import { FailureAlert } from '../../parts/problem.js';
import { Unloaded } from '../../parts/unloaded.js';
import { MessagePanel } from './message-panel.js';

const extensions = { bytes: 'bin', string: 'txt', df_msgpack: 'msgpack', df_pyarrow: 'arrow' } as const;

/** Saves the bytes of the payload as the publisher sent them. */
async function downloadRaw(id: number, { message }: LastValue): Promise<void> {
  const response = await send(`/api/topics/${id}/last`, { query: { raw: true } });
  const compression = message.compressed === null ? '' : `.${message.compressed}`;
  const name = `${message.namespace}-${message.topic}-${message.sequence}.${extensions[message.format]}${compression}`;
  download(name, 'application/octet-stream', await response.arrayBuffer());
}

/** Why the topic has no last value, and what to do. */
function NoLastValue({ failure }: { readonly failure: ApiFailure }) {
  const { t } = useTranslation();
  if (failure.code === 'NOT_KEPT') {
    return (
      <Empty text={t('topic.notKept')}>
        <p lang="en">{failure.message}</p>
        <Button component={Link} to="/namespaces" variant="default">
          {t('actions.toNamespaces')}
        </Button>
      </Empty>
    );
  }
  return <Empty text={t('topic.notYet')} />;
}

/** The last value of a topic, where the broker keeps it. */
export function LastValueTab({ topic }: { readonly topic: ApiTopic }) {
  const [rawFailure, setRawFailure] = useState<unknown>();
  const query = useQuery({
    queryKey: ['last', topic.id],
    queryFn: ({ signal }) => ask<LastValue>(`/api/topics/${topic.id}/last`, { signal }),
    refetchInterval: 2000,
    retry: false,
  });
  const { data, error } = query;
  if (error instanceof ApiFailure && (error.code === 'NOT_KEPT' || error.code === 'NOT_YET')) {
    return <NoLastValue failure={error} />;
  }
  if (data === undefined) return <Unloaded query={query} />;
  return (
    <>
      <FailureAlert failure={rawFailure} />
      <MessagePanel
        message={data.message}
        onRaw={() => {
          setRawFailure(undefined);
          downloadRaw(topic.id, data).catch(setRawFailure);
        }}
      />
    </>
  );
}
