import { Button, Menu } from '@mantine/core';
import type { ShownMessage } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { csvText } from '../../export/csv.js';
import { download } from '../../export/download.js';
import { bytesText, exact } from '../../format/number.js';
import { clockMsText, dateText } from '../../format/time.js';
import { CopyWordButton } from '../../parts/copy-button.js';
import { type Fact, FactGrid } from '../../parts/facts.js';
import { Icon } from '../../parts/icon.js';
import { tableOf } from '../../parts/payload/payload-shape.js';
import { PayloadView } from '../../parts/payload/payload-view.js';
import { latencyMs } from './tail-list.js';
import classNames from './topic.module.css';

const timeText = (iso: string): string => `${dateText(new Date(iso))} ${clockMsText(new Date(iso))}`;

function Fields({ message }: { readonly message: ShownMessage }) {
  const { t } = useTranslation();
  const fields: readonly Fact[] = [
    [t('fields.topic'), `${message.namespace}:${message.topic}`],
    [t('fields.publisher'), message.username],
    [t('topics.sequence'), exact(message.sequence)],
    [t('topic.epoch'), String(message.epoch)],
    [t('topic.publishedAt'), timeText(message.published_at)],
    [t('topic.receivedAt'), timeText(message.received_at)],
    [t('fields.latency'), `${latencyMs(message)} ms`],
    [t('topic.format'), message.compressed === null ? message.format : `${message.format}, ${message.compressed}`],
    [t('topic.size'), bytesText(message.payload_bytes)],
  ];
  return <FactGrid facts={fields} className={classNames.fields} />;
}

/** The text for the clipboard: the payload when it is text, else the whole message as JSON. */
const copied = ({ content, ...rest }: ShownMessage): string =>
  content.kind === 'text' ? content.text : JSON.stringify({ ...rest, content }, null, 2);

function DownloadMenu({
  message,
  onRaw,
}: {
  readonly message: ShownMessage;
  readonly onRaw: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const table = tableOf(message.content);
  const name = `${message.namespace}-${message.topic}-${message.sequence}`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Icon name="download" size={14} />}>
          {t('actions.download')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {table !== undefined && (
          <Menu.Item
            onClick={() => {
              const head = table.columns.map((column) => column.name);
              download(`${name}.csv`, 'text/csv;charset=utf-8', csvText(head, table.rows));
            }}
          >
            CSV
          </Menu.Item>
        )}
        <Menu.Item onClick={() => download(`${name}.json`, 'application/json', JSON.stringify(message, null, 2))}>
          JSON
        </Menu.Item>
        {onRaw !== undefined && (
          <Menu.Item onClick={onRaw}>{message.format === 'df_pyarrow' ? 'Arrow' : t('topic.rawBytes')}</Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** One message: its header fields and its payload. */
export function MessagePanel(props: {
  readonly message: ShownMessage;
  readonly onRaw?: (() => void) | undefined;
  readonly onClose?: () => void;
}) {
  const { t } = useTranslation();
  const { message, onRaw, onClose } = props;
  return (
    <div className={classNames.message}>
      <div className={classNames.messageHead}>
        <h2>#{message.sequence}</h2>
        <div className={classNames.messageActions}>
          <CopyWordButton text={() => copied(message)} />
          <DownloadMenu message={message} onRaw={onRaw} />
          {onClose !== undefined && (
            <Button variant="default" onClick={onClose} aria-label={t('actions.close')}>
              <Icon name="close" size={14} />
            </Button>
          )}
        </div>
      </div>
      <Fields message={message} />
      <PayloadView content={message.content} />
    </div>
  );
}
