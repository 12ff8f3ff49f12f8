import { Button, Select, TextInput } from '@mantine/core';
import type { ApiNamespace } from '@pulsemq/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classNames from './pattern-bar.module.css';
import type { SavedPlace } from './saved-menu.js';

/** A namespace and a pattern. Another pattern counts from Enter on, since each opens a feed at the broker. */
export function PatternBar<Place extends SavedPlace>(props: {
  readonly namespaces: readonly ApiNamespace[];
  readonly place: Place;
  readonly onOpen: (place: Place) => void;
  readonly children?: React.ReactNode;
}) {
  const { t } = useTranslation();
  const { namespaces, place, onOpen } = props;
  const [typed, setTyped] = useState({ of: place.pattern, pattern: place.pattern });
  // Another place was opened: its pattern replaces what was typed.
  const pattern = typed.of === place.pattern ? typed.pattern : place.pattern;
  const show = (event: React.FormEvent): void => {
    event.preventDefault();
    onOpen({ ...place, pattern: pattern === '' ? '>' : pattern });
  };
  return (
    <form className={classNames.bar} onSubmit={show}>
      <Select
        aria-label={t('fields.namespace')}
        className={classNames.namespace}
        value={place.namespace}
        allowDeselect={false}
        onChange={(value) => value !== null && onOpen({ ...place, name: '', namespace: value })}
        data={namespaces.map(({ name }) => name)}
      />
      <TextInput
        aria-label={t('connections.pattern')}
        className={classNames.pattern}
        value={pattern}
        onChange={(event) => setTyped({ of: place.pattern, pattern: event.currentTarget.value.trim() })}
        autoComplete="off"
        spellCheck={false}
      />
      {pattern !== place.pattern && <Button type="submit">{t('prices.show')}</Button>}
      {props.children}
    </form>
  );
}
