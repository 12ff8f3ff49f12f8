import { SegmentedControl } from '@mantine/core';
import type { ShownContent } from '@pulsemq/protocol';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Loading } from '../loading.js';
import { StatusMark } from '../status-mark.js';
import { priceSeriesOf } from './bars.js';
import { FrameTable } from './frame-table.js';
import { HexView } from './hex-view.js';
import { JsonTree } from './json-tree.js';
import classNames from './payload.module.css';
import { bytesOf, jsonOf, tableOf } from './payload-shape.js';

const PriceChart = lazy(async () => ({ default: (await import('./price-chart.js')).PriceChart }));

type View = 'table' | 'chart' | 'json' | 'text' | 'hex';

/** The views of a payload, the best one first. */
function viewsOf(content: ShownContent): readonly View[] {
  const table = tableOf(content);
  const chart: readonly View[] =
    table !== undefined && table.rows.length > 1 && priceSeriesOf(table) !== undefined ? ['chart'] : [];
  switch (content.kind) {
    case 'table':
      return ['table', ...chart, 'json'];
    case 'text': {
      const json: readonly View[] = jsonOf(content) === undefined ? [] : ['json'];
      const rows: readonly View[] = table !== undefined && table.rows.length > 1 ? ['table'] : [];
      return [...json, ...rows, ...chart, 'text', 'hex'];
    }
    case 'bytes':
    case 'unreadable':
      return ['hex', 'text'];
    default:
      return content satisfies never;
  }
}

const rawBytes = (content: ShownContent): Uint8Array => {
  if (content.kind === 'bytes' || content.kind === 'unreadable') return bytesOf(content.base64);
  return new TextEncoder().encode(content.kind === 'text' ? content.text : '');
};

function rowsAsJson(content: Extract<ShownContent, { kind: 'table' }>): unknown {
  return content.rows.map((row) => Object.fromEntries(content.columns.map(({ name }, index) => [name, row[index]])));
}

function ViewBody({ content, view }: { readonly content: ShownContent; readonly view: View }) {
  const { t } = useTranslation();
  const table = useMemo(() => tableOf(content), [content]);
  const series = useMemo(() => (table === undefined ? undefined : priceSeriesOf(table)), [table]);
  switch (view) {
    case 'table':
      return table === undefined ? null : <FrameTable table={table} />;
    case 'chart':
      return series === undefined ? null : (
        <Suspense fallback={<Loading />}>
          <PriceChart series={series} />
        </Suspense>
      );
    case 'json':
      return <JsonTree value={content.kind === 'table' ? rowsAsJson(content) : jsonOf(content)} />;
    case 'hex':
      return <HexView bytes={rawBytes(content)} />;
    case 'text':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard.
        <section className={classNames.scroll} tabIndex={0} aria-label={t('payload.text')}>
          <pre className={classNames.text}>{new TextDecoder().decode(rawBytes(content))}</pre>
        </section>
      );
    default:
      return view satisfies never;
  }
}

/** A payload in its best view, with a choice of the others. */
export function PayloadView({ content }: { readonly content: ShownContent }) {
  const { t } = useTranslation();
  const views = useMemo(() => viewsOf(content), [content]);
  const [wanted, setWanted] = useState<View>();
  const view = wanted !== undefined && views.includes(wanted) ? wanted : views[0]!;
  const isCut = (content.kind === 'text' || content.kind === 'bytes') && content.is_cut;
  return (
    <div className={classNames.payload}>
      <div className={classNames.views}>
        <SegmentedControl
          aria-label={t('payload.view')}
          value={view}
          onChange={setWanted}
          data={views.map((value) => ({ value, label: t(`payload.${value}`) }))}
        />
        {isCut && <StatusMark status="warning">{t('payload.cut')}</StatusMark>}
      </div>
      {content.kind === 'unreadable' && (
        <StatusMark status="bad">{t('payload.unreadable', { problem: content.problem })}</StatusMark>
      )}
      <ViewBody content={content} view={view} />
    </div>
  );
}
