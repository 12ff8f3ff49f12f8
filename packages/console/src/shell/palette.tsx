import { Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { classes } from '../parts/classes.js';
import { Icon } from '../parts/icon.js';
import { useStore } from '../state/use-store.js';
import { closeDialog, openedDialog } from './dialogs.js';
import classNames from './palette.module.css';
import { type Finding, useFindings } from './use-findings.js';

function FindingRow(props: { readonly finding: Finding; readonly isChosen: boolean; readonly onOpen: () => void }) {
  const { t } = useTranslation();
  const { finding, isChosen, onOpen } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the text field, as a combobox does.
    <div
      id={`finding-${finding.id}`}
      role="option"
      aria-selected={isChosen}
      tabIndex={-1}
      className={classes(classNames.row, isChosen && classNames.chosen)}
      onClick={onOpen}
    >
      <Icon name={finding.icon} />
      <span className="clip">{finding.text}</span>
      <span className={classNames.kind}>{t(`palette.${finding.kind}`)}</span>
    </div>
  );
}

function PaletteBody() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const findings = useFindings(text);
  const at = Math.min(chosen, Math.max(0, findings.length - 1));

  const open = (finding: Finding | undefined): void => {
    if (finding === undefined) return;
    closeDialog();
    void navigate(finding.path);
  };
  const onKey = (event: React.KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setChosen(Math.max(0, Math.min(findings.length - 1, at + step)));
    else if (event.key === 'Enter') open(findings[at]);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <TextInput
        size="md"
        variant="unstyled"
        className={classNames.field}
        leftSection={<Icon name="search" />}
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        role="combobox"
        aria-expanded="true"
        aria-controls="findings"
        aria-activedescendant={findings[at] === undefined ? undefined : `finding-${findings[at].id}`}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKey}
        data-autofocus
      />
      <div id="findings" role="listbox" aria-label={t('top.find')} className={classNames.list}>
        {findings.map((finding, index) => (
          <FindingRow key={finding.id} finding={finding} isChosen={index === at} onOpen={() => open(finding)} />
        ))}
      </div>
      {findings.length === 0 && <p className={classNames.nothing}>{t('palette.nothing', { text })}</p>}
    </>
  );
}

/** The dialog that finds pages, topics, users and namespaces by name. */
export function Palette() {
  const { t } = useTranslation();
  const isOpen = useStore(openedDialog) === 'palette';
  return (
    <Modal.Root opened={isOpen} onClose={closeDialog} centered={false} padding={0} yOffset="12vh" size={560}>
      <Modal.Overlay />
      <Modal.Content aria-label={t('top.find')}>
        <Modal.Body>
          <PaletteBody />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
