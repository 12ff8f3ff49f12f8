import { type FieldChoice, priceRoles } from '../../parts/prices/price-fields.js';
import { listFrom, SavedList } from '../../state/saved-list.js';

/** A board that the viewer saved. Its columns and its order are stored with its table. */
export interface SavedBoard {
  readonly name: string;
  readonly namespace: string;
  readonly pattern: string;
  readonly fields: FieldChoice;
}

function choiceFrom(value: unknown): FieldChoice {
  const stored = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const chosen = priceRoles.filter((role) => stored[role] === null || typeof stored[role] === 'string');
  return Object.fromEntries(chosen.map((role) => [role, stored[role]]));
}

function boardFrom(value: unknown): SavedBoard[] {
  const { name, namespace, pattern, fields } = (value ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || typeof namespace !== 'string' || typeof pattern !== 'string') return [];
  return [{ name, namespace, pattern, fields: choiceFrom(fields) }];
}

/** The boards in a stored text. */
export const boardsFrom = (text: string | null): readonly SavedBoard[] => listFrom(text, boardFrom);

export const savedBoards = new SavedList<SavedBoard>('pulsemq.boards', boardFrom);
