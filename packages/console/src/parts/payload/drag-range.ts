/** A drag over fewer pixels is a click. */
const dragMinPx = 8;

export interface DragOptions {
  /** Whether a drag may begin at a place of the element, pixels from its left and top. */
  readonly canBegin: (x: number, y: number) => boolean;
  /** The class of the mark over the part that is dragged over. */
  readonly markClass: string;
  /** The height of the axis below, which the mark leaves free, pixels. */
  readonly axisPx: () => number;
  /** Called at the end of a drag with its ends, pixels from the left of the element, the lower one first. */
  readonly onDrag: (from: number, to: number) => void;
}

/** Lets the viewer drag over a part of an element with the mouse. Returns what removes that. Touches scroll, as they do elsewhere. */
export function watchDrags(within: HTMLElement, options: DragOptions): () => void {
  const ends = new AbortController();
  within.addEventListener(
    'pointerdown',
    (down) => {
      const { left, top } = within.getBoundingClientRect();
      const start = down.clientX - left;
      if (down.pointerType !== 'mouse' || down.button !== 0 || !options.canBegin(start, down.clientY - top)) return;
      follow(within, options, start, ends.signal);
    },
    { signal: ends.signal },
  );
  return () => ends.abort();
}

/** Follows one drag, also outside of the element, until the button is released. */
function follow(
  within: HTMLElement,
  { markClass, axisPx, onDrag }: DragOptions,
  start: number,
  removed: AbortSignal,
): void {
  const mark = document.createElement('div');
  mark.className = markClass;
  mark.style.bottom = `${axisPx()}px`;
  within.append(mark);
  const ends = new AbortController();
  const signal = AbortSignal.any([removed, ends.signal]);
  signal.addEventListener('abort', () => mark.remove(), { once: true });
  const { left } = within.getBoundingClientRect();
  const rangeAt = (event: PointerEvent): readonly [number, number] => {
    const end = event.clientX - left;
    return [Math.min(start, end), Math.max(start, end)];
  };
  const onMove = (event: PointerEvent): void => {
    const [from, to] = rangeAt(event);
    Object.assign(mark.style, { left: `${from}px`, width: `${to - from}px` });
  };
  const onUp = (event: PointerEvent): void => {
    ends.abort();
    const [from, to] = rangeAt(event);
    if (to - from >= dragMinPx) onDrag(from, to);
  };
  window.addEventListener('pointermove', onMove, { signal });
  window.addEventListener('pointerup', onUp, { signal });
  window.addEventListener('pointercancel', () => ends.abort(), { signal });
}
