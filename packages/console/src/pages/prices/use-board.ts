import type { ApiNamespace } from '@pulsemq/protocol';
import { useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { FieldChoice } from '../../parts/prices/price-fields.js';
import { useStore } from '../../state/use-store.js';
import { type SavedBoard, savedBoards } from './saved-boards.js';

/** The board in the address: a saved one by its name, or a namespace and a pattern. Without either the first namespace. */
export function useBoard(namespaces: readonly ApiNamespace[]) {
  const [query, setQuery] = useSearchParams();
  const boards = useStore(savedBoards.items);
  const saved = boards.find(({ name }) => name === query.get('board'));
  const namespace = query.get('namespace') ?? saved?.namespace ?? namespaces[0]?.name ?? '';
  const pattern = query.get('pattern') ?? saved?.pattern ?? '>';
  const name = saved?.name ?? '';
  const place = `${name} ${namespace}`;
  const [chosen, setChosen] = useState<{ readonly place: string; readonly fields: FieldChoice } | null>(null);
  const savedFields = saved?.fields;
  const fields = useMemo(
    () => (chosen?.place === place ? chosen.fields : (savedFields ?? {})),
    [chosen, place, savedFields],
  );
  const board: SavedBoard = { name, namespace, pattern, fields };
  const open = useCallback(
    (next: SavedBoard): void => {
      setChosen({ place: `${next.name} ${next.namespace}`, fields: next.fields });
      const words = { namespace: next.namespace, pattern: next.pattern };
      setQuery(next.name === '' ? words : { ...words, board: next.name }, { replace: true });
    },
    [setQuery],
  );
  return { board, open };
}
