import { useTranslation } from 'react-i18next';
import { SavedMenu } from '../../parts/saved-menu.js';
import { type SavedBoard, savedBoards } from './saved-boards.js';

/** The saved boards; saves the board on the page, and removes it. */
export function BoardsMenu(props: { readonly board: SavedBoard; readonly onOpen: (board: SavedBoard) => void }) {
  const { t } = useTranslation();
  const words = {
    all: t('prices.boards'),
    save: t('prices.save'),
    nameLabel: t('prices.boardName'),
    hint: t('prices.savedHere'),
    replaces: (name: string) => t('prices.replaces', { name }),
    remove: (name: string) => t('prices.remove', { name }),
  };
  return <SavedMenu list={savedBoards} place={props.board} words={words} onOpen={props.onOpen} />;
}
