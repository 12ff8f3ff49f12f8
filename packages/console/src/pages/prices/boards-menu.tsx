import { Button, Menu, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormFrame } from '../../parts/form-frame.js';
import { Icon } from '../../parts/icon.js';
import { useStore } from '../../state/use-store.js';
import { removeBoard, type SavedBoard, saveBoard, savedBoards } from './saved-boards.js';

function SaveForm(props: {
  readonly board: SavedBoard;
  readonly onSaved: (board: SavedBoard) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { board, onSaved, onClose } = props;
  const boards = useStore(savedBoards);
  const [name, setName] = useState(board.name || board.pattern);
  const wanted = name.trim();
  const save = async (): Promise<void> => {
    const named = { ...board, name: wanted };
    saveBoard(named);
    onSaved(named);
    onClose();
  };
  return (
    <FormFrame action={t('actions.save')} onSubmit={save} onCancel={onClose} isDisabled={wanted === ''}>
      <TextInput
        label={t('prices.boardName')}
        description={
          boards.some((one) => one.name === wanted) ? t('prices.replaces', { name: wanted }) : t('prices.savedHere')
        }
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
    </FormFrame>
  );
}

/** The saved boards; saves the board on the page, and removes it. */
export function BoardsMenu(props: { readonly board: SavedBoard; readonly onOpen: (board: SavedBoard) => void }) {
  const { t } = useTranslation();
  const { board, onOpen } = props;
  const boards = useStore(savedBoards);
  const [isSaving, setSaving] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<Icon name="down" size={12} />}>
            {board.name === '' ? t('prices.boards') : board.name}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {boards.map((one) => (
            <Menu.Item key={one.name} onClick={() => onOpen(one)}>
              {one.name}{' '}
              <span className="muted">
                {one.namespace}:{one.pattern}
              </span>
            </Menu.Item>
          ))}
          {boards.length > 0 && <Menu.Divider />}
          <Menu.Item onClick={() => setSaving(true)}>{t('prices.save')}</Menu.Item>
          {board.name !== '' && (
            <Menu.Item
              onClick={() => {
                removeBoard(board.name);
                onOpen({ ...board, name: '' });
              }}
            >
              {t('prices.remove', { name: board.name })}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isSaving} onClose={() => setSaving(false)} title={t('prices.save')} size="sm">
        <SaveForm board={board} onSaved={onOpen} onClose={() => setSaving(false)} />
      </Modal>
    </>
  );
}
