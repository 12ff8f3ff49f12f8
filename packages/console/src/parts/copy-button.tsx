import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from './copy-text.js';
import { Icon } from './icon.js';

const shownMs = 1500;

function useCopy(text: string | (() => string)): readonly [boolean, () => void] {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = (): void => {
    void copyText(typeof text === 'string' ? text : text()).then(() => setCopied(true));
  };
  return [isCopied, copy];
}

/** An icon that copies a text, and shows that it did. */
export function CopyButton(props: {
  readonly text: string | (() => string);
  readonly label?: string;
  /** Leaves it out of the tab order, where a key does the same. */
  readonly isUnfocusable?: boolean;
}) {
  const { t } = useTranslation();
  const [isCopied, copy] = useCopy(props.text);
  const label = isCopied ? t('actions.copied') : (props.label ?? t('actions.copy'));
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={label}
        onClick={copy}
        tabIndex={props.isUnfocusable ? -1 : 0}
      >
        <Icon name={isCopied ? 'check' : 'copy'} size={14} />
      </ActionIcon>
    </Tooltip>
  );
}

/** The same as a button with a text. */
export function CopyWordButton({ text }: { readonly text: string | (() => string) }) {
  const { t } = useTranslation();
  const [isCopied, copy] = useCopy(text);
  return (
    <Button variant="default" leftSection={<Icon name={isCopied ? 'check' : 'copy'} size={14} />} onClick={copy}>
      {isCopied ? t('actions.copied') : t('actions.copy')}
    </Button>
  );
}
