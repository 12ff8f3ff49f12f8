import { Button, Menu } from '@mantine/core';
import type { ApiTopic } from '@pulsemq/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { send } from '../../api/request.js';
import { download } from '../../export/download.js';
import { Icon } from '../../parts/icon.js';
import { pastQuery } from './past-query.js';

/** Rows that the broker gives at once. */
const fileRowCount = 1_000_000;

const formats = [
  { name: 'CSV', format: 'csv', type: 'text/csv;charset=utf-8' },
  { name: 'Parquet', format: 'parquet', type: 'application/vnd.apache.parquet' },
  { name: 'Arrow', format: 'arrow', type: 'application/vnd.apache.arrow.stream' },
] as const;

/** Saves the messages from a time on as a file, up to a million rows. The broker writes it. */
export function PastDownload(props: {
  readonly topic: ApiTopic;
  readonly from: string;
  readonly onFailure: (failure: unknown) => void;
}) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const { topic, from, onFailure } = props;
  const save = async ({ format, type }: (typeof formats)[number]): Promise<void> => {
    const query = pastQuery(topic, from, fileRowCount);
    if (query === null) return;
    setBusy(true);
    onFailure(undefined);
    try {
      const response = await send('/api/history', { query: { ...query, format } });
      download(`${topic.namespace}-${topic.name}.${format}`, type, await response.blob());
    } catch (failure) {
      onFailure(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={isBusy} leftSection={<Icon name="download" size={14} />}>
          {t('actions.download')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map((one) => (
          <Menu.Item key={one.format} onClick={() => void save(one)}>
            {one.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
