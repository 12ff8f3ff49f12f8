import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { useVisiblePages } from '../navigation/use-visible-pages.js';
import { openDialog, openedDialog } from './dialogs.js';

/** The time for the letter after `g`. */
const chordMs = 1500;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** Focuses the search of the page. Returns false when the page has none. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main [data-page-search]');
  field?.focus();
  field?.select();
  return field !== null;
}

/** The shortcuts `/`, `?`, Ctrl K, and `g` with a letter. All but Ctrl K do nothing while the viewer types or a dialog is open. */
export function useKeyboard(): void {
  const navigate = useNavigate();
  const pages = useVisiblePages();
  const chordUntil = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openDialog('palette');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (openedDialog.get() !== null || document.querySelector('[role="dialog"]') !== null) return;
      if (chordUntil.current > event.timeStamp) {
        chordUntil.current = 0;
        const page = pages.find(({ key }) => key === event.key);
        if (page !== undefined) {
          event.preventDefault();
          void navigate(page.path);
        }
        return;
      }
      if (event.key === 'g') chordUntil.current = event.timeStamp + chordMs;
      else if (event.key === '?') openDialog('keys');
      else if (event.key === '/') {
        event.preventDefault();
        if (!focusSearch()) openDialog('palette');
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, pages]);
}
