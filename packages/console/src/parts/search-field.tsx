import { Kbd, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.js';

/** The search of a page. `/` focuses it; Esc clears it and removes the focus. */
export function SearchField(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly width?: number;
  /** `/` does not focus the second search of a page. */
  readonly isSecond?: boolean;
}) {
  const { t } = useTranslation();
  const placeholder = props.placeholder ?? t('actions.search');
  return (
    <TextInput
      data-page-search={props.isSecond ? undefined : true}
      type="search"
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        props.onChange('');
        event.currentTarget.blur();
      }}
      placeholder={placeholder}
      aria-label={placeholder}
      leftSection={<Icon name="search" size={14} />}
      rightSection={props.value === '' && !props.isSecond ? <Kbd size="xs">/</Kbd> : undefined}
      style={{ width: props.width ?? 260, maxWidth: '100%' }}
    />
  );
}
