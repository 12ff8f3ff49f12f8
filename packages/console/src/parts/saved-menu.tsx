import { Button, Menu, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SavedList } from '../state/saved-list.js';
import { useStore } from '../state/use-store.js';
import { FormFrame } from './form-frame.js';
import { Icon } from './icon.js';

/** What is saved: a pattern of a namespace, with whatever the page has beside it. */
export interface SavedPlace {
  /** Empty while it is not saved. */
  readonly name: string;
  readonly namespace: string;
  readonly pattern: string;
}

/** The texts of the menu. */
export interface SavedWords {
  /** Of the button, while nothing saved is open. */
  readonly all: string;
  readonly save: string;
  readonly nameLabel: string;
  readonly hint: string;
  replaces(name: string): string;
  remove(name: string): string;
}

interface SavedMenuProps<Place extends SavedPlace> {
  readonly list: SavedList<Place>;
  readonly place: Place;
  readonly words: SavedWords;
  readonly onOpen: (place: Place) => void;
}

function SaveForm<Place extends SavedPlace>(props: SavedMenuProps<Place> & { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { list, place, words, onOpen, onClose } = props;
  const items = useStore(list.items);
  const [name, setName] = useState(place.name || place.pattern);
  const wanted = name.trim();
  const save = async (): Promise<void> => {
    const named = { ...place, name: wanted };
    list.save(named);
    onOpen(named);
    onClose();
  };
  return (
    <FormFrame action={t('actions.save')} onSubmit={save} onCancel={onClose} isDisabled={wanted === ''}>
      <TextInput
        label={words.nameLabel}
        description={items.some((one) => one.name === wanted) ? words.replaces(wanted) : words.hint}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
    </FormFrame>
  );
}

/** What the viewer saved; saves what is on the page, and removes it. */
export function SavedMenu<Place extends SavedPlace>(props: SavedMenuProps<Place>) {
  const { list, place, words, onOpen } = props;
  const items = useStore(list.items);
  const [isSaving, setSaving] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<Icon name="down" size={12} />}>
            {place.name === '' ? words.all : place.name}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {items.map((one) => (
            <Menu.Item key={one.name} onClick={() => onOpen(one)}>
              {one.name}{' '}
              <span className="muted">
                {one.namespace}:{one.pattern}
              </span>
            </Menu.Item>
          ))}
          {items.length > 0 && <Menu.Divider />}
          <Menu.Item onClick={() => setSaving(true)}>{words.save}</Menu.Item>
          {place.name !== '' && (
            <Menu.Item
              onClick={() => {
                list.remove(place.name);
                onOpen({ ...place, name: '' });
              }}
            >
              {words.remove(place.name)}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isSaving} onClose={() => setSaving(false)} title={words.save} size="sm">
        <SaveForm {...props} onClose={() => setSaving(false)} />
      </Modal>
    </>
  );
}
