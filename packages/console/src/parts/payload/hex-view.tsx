import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import classNames from './payload.module.css';

const lineBytes = 16;

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

/** One line of a hex dump: the offset, sixteen bytes, and the same bytes as ASCII. */
export function hexLine(
  bytes: Uint8Array,
  offset: number,
): { readonly offset: string; readonly hex: string; readonly text: string } {
  const line = [...bytes.subarray(offset, offset + lineBytes)];
  const cells = line.map((byte) => hex(byte, 2));
  return {
    offset: hex(offset, 6),
    hex: `${cells.slice(0, 8).join(' ')}  ${cells.slice(8).join(' ')}`,
    text: line.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join(''),
  };
}

/** Bytes as a hex dump. Only the visible lines are rendered. */
export function HexView({ bytes }: { readonly bytes: Uint8Array }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLElement>(null);
  const lineCount = Math.max(1, Math.ceil(bytes.length / lineBytes));
  const virtual = useVirtualizer({
    count: lineCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  const lines = useMemo(() => items.map(({ index }) => hexLine(bytes, index * lineBytes)), [items, bytes]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard.
    <section ref={scroller} className={classNames.scroll} tabIndex={0} aria-label={t('payload.hex')}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map(({ key, start }, index) => (
          <div key={key} className={classNames.hexLine} style={{ transform: `translateY(${start}px)` }}>
            <span className="muted">{lines[index]?.offset}</span>
            <span>{lines[index]?.hex}</span>
            <span className="muted">{lines[index]?.text}</span>
          </div>
        ))}
      </div>
    </section>
  );
}
