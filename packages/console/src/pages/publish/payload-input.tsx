import { SegmentedControl, Textarea } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { FrameTable } from '../../parts/payload/frame-table.js';
import { StatusMark } from '../../parts/status-mark.js';
import { csvFrame } from './csv-frame.js';
import { byteNotations, bytesAsBase64, type Draft, jsonVerdict } from './draft.js';
import classNames from './publish.module.css';

interface InputProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

function TextInputArea({ draft, onChange }: InputProps) {
  const { t } = useTranslation();
  const verdict = useMemo(() => jsonVerdict(draft.text), [draft.text]);
  return (
    <>
      <Textarea
        label={t('publish.text')}
        value={draft.text}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
        classNames={{ input: classNames.code ?? '' }}
        autosize
        minRows={8}
        maxRows={18}
        spellCheck={false}
      />
      <div className={classNames.verdict} role="status">
        {verdict.kind === 'json' && <StatusMark status="ok">{t('publish.isJson')}</StatusMark>}
        {verdict.kind === 'plain' && <StatusMark status="off">{t('publish.isText')}</StatusMark>}
        {verdict.kind === 'broken' && (
          <StatusMark status="warning">{t('publish.brokenJson', { problem: verdict.problem })}</StatusMark>
        )}
      </div>
    </>
  );
}

function BytesInput({ draft, onChange }: InputProps) {
  const { t } = useTranslation();
  const base64 = bytesAsBase64(draft.bytes, draft.notation);
  const size = base64 === undefined ? null : Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
  return (
    <>
      <SegmentedControl
        aria-label={t('publish.notation')}
        className={classNames.start}
        value={draft.notation}
        onChange={(notation) => onChange({ notation })}
        data={byteNotations.map((value) => ({ value, label: t(`publish.notations.${value}`) }))}
      />
      <Textarea
        label={t('publish.bytes')}
        value={draft.bytes}
        onChange={(event) => onChange({ bytes: event.currentTarget.value })}
        error={
          size === null ? t('publish.badBytes', { notation: t(`publish.notations.${draft.notation}`) }) : undefined
        }
        classNames={{ input: classNames.code ?? '' }}
        autosize
        minRows={8}
        maxRows={18}
        spellCheck={false}
      />
      {size !== null && <p className="muted">{t('publish.byteCount', { n: size })}</p>}
    </>
  );
}

/** Pasted CSV, and the DataFrame of it: each column with its detected type. */
function CsvInput({ draft, onChange }: InputProps) {
  const { t } = useTranslation();
  const frame = useMemo(() => csvFrame(draft.csv), [draft.csv]);
  return (
    <>
      <Textarea
        label={t('publish.csv')}
        description={t('publish.csvHint')}
        value={draft.csv}
        onChange={(event) => onChange({ csv: event.currentTarget.value })}
        classNames={{ input: classNames.code ?? '' }}
        autosize
        minRows={6}
        maxRows={12}
        spellCheck={false}
      />
      {frame.kind === 'frame' && (
        <div className={classNames.frame}>
          <h3>{t('publish.types')}</h3>
          <FrameTable table={frame.table} />
        </div>
      )}
      {frame.kind !== 'frame' && (
        <div className={classNames.verdict} role="status">
          <StatusMark status="warning">
            {frame.kind === 'empty' && t('publish.csvEmpty')}
            {frame.kind === 'unnamed' && t('publish.csvUnnamed')}
            {frame.kind === 'twice' && t('publish.csvTwice', { column: frame.column })}
            {frame.kind === 'problem' && t('publish.csvProblem', { problem: frame.problem })}
          </StatusMark>
        </div>
      )}
    </>
  );
}

/** The input of the payload, by its format. */
export function PayloadInput(props: InputProps) {
  const { format } = props.draft;
  switch (format) {
    case 'string':
      return <TextInputArea {...props} />;
    case 'bytes':
      return <BytesInput {...props} />;
    case 'df_msgpack':
    case 'df_pyarrow':
      return <CsvInput {...props} />;
    default:
      return format satisfies never;
  }
}
