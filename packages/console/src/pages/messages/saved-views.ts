import { SavedList } from '../../state/saved-list.js';

/** A view of messages that the viewer saved. */
export interface SavedView {
  readonly name: string;
  readonly namespace: string;
  readonly pattern: string;
  /** As it is typed. */
  readonly filter: string;
}

/** A stored view, checked: another version may have written it. */
export function viewFrom(value: unknown): SavedView[] {
  const { name, namespace, pattern, filter } = (value ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || typeof namespace !== 'string' || typeof pattern !== 'string') return [];
  return [{ name, namespace, pattern, filter: typeof filter === 'string' ? filter : '' }];
}

export const savedViews = new SavedList<SavedView>('pulsemq.views', viewFrom);
