import { Button, Select, TextInput } from '@mantine/core';
import type { ApiNamespace } from '@pulsemq/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classNames from './prices.module.css';
import type { SavedBoard } from './saved-boards.js';

/** The namespace and the pattern of the board. Another pattern counts from Enter on, since each opens a feed at the broker. */
export function BoardBar(props: {
  readonly namespaces: readonly ApiNamespace[];
  readonly board: SavedBoard;
  readonly onOpen: (board: SavedBoard) => void;
  readonly children: React.ReactNode;
}) {
  const { t } = useTranslation();
  const { namespaces, board, onOpen } = props;
  const [typed, setTyped] = useState({ of: board.pattern, pattern: board.pattern });
  // Another board was opened: its pattern replaces what was typed.
  const pattern = typed.of === board.pattern ? typed.pattern : board.pattern;
  const show = (event: React.FormEvent): void => {
    event.preventDefault();
    onOpen({ ...board, pattern: pattern === '' ? '>' : pattern });
  };
  return (
    <form className={classNames.bar} onSubmit={show}>
      <Select
        aria-label={t('fields.namespace')}
        className={classNames.namespace}
        value={board.namespace}
        allowDeselect={false}
        onChange={(value) => value !== null && onOpen({ ...board, name: '', namespace: value })}
        data={namespaces.map(({ name }) => name)}
      />
      <TextInput
        aria-label={t('connections.pattern')}
        className={classNames.pattern}
        value={pattern}
        onChange={(event) => setTyped({ of: board.pattern, pattern: event.currentTarget.value.trim() })}
        autoComplete="off"
        spellCheck={false}
      />
      {pattern !== board.pattern && <Button type="submit">{t('prices.show')}</Button>}
      {props.children}
    </form>
  );
}
