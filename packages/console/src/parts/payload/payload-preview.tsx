import type { ShownContent } from '@pulsemq/protocol';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { exact } from '../../format/number.js';
import classNames from './payload.module.css';
import { previewOf } from './payload-shape.js';
import { previewCells } from './preview-cells.js';

/** A payload in one line: its newest values, or the beginning of its text or bytes. */
export function PayloadPreview({ content }: { readonly content: ShownContent }) {
  const { t } = useTranslation();
  const preview = useMemo(() => previewCells(content), [content]);
  if (preview === undefined) return <span className="clip mono muted">{previewOf(content)}</span>;
  return (
    <span className={classNames.preview}>
      {preview.cells.map(({ name, text }) => (
        <span key={name}>
          <i>{name}</i> {text}
        </span>
      ))}
      {preview.rowCount > 1 && (
        <span className="muted">{t('payload.lastOf', { count: preview.rowCount, n: exact(preview.rowCount) })}</span>
      )}
    </span>
  );
}
