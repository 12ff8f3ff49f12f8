import { ExternalStore } from '../../state/external-store.js';
import { type FieldChoice, priceRoles } from './price-fields.js';

/** A board that the viewer saved. Its columns and its order are stored with its table. */
export interface SavedBoard {
  readonly name: string;
  readonly namespace: string;
  readonly pattern: string;
  readonly fields: FieldChoice;
}

const storageKey = 'pulsemq.boards';

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

/** The stored boards. Each is checked, since another version may have written it. */
export function boardsFrom(text: string | null): readonly SavedBoard[] {
  try {
    const stored: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(stored) ? stored.flatMap(boardFrom) : [];
  } catch {
    // Not written by this console: there are no saved boards.
    return [];
  }
}

export const savedBoards = new ExternalStore<readonly SavedBoard[]>(boardsFrom(localStorage.getItem(storageKey)));

function store(boards: readonly SavedBoard[]): void {
  savedBoards.set(boards);
  localStorage.setItem(storageKey, JSON.stringify(boards));
}

/** Saves a board under its name, in place of one with the same name. */
export function saveBoard(board: SavedBoard): void {
  const others = savedBoards.get().filter(({ name }) => name !== board.name);
  store([...others, board].sort((one, other) => one.name.localeCompare(other.name)));
}

export const removeBoard = (name: string): void => store(savedBoards.get().filter((board) => board.name !== name));
