import { ActionIcon, Kbd, Menu, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { meQuery } from '../api/lists.js';
import { zoneText } from '../format/clock.js';
import { figures, link } from '../live/figures.js';
import { useFiringCount } from '../live/firing-count.js';
import { Figure } from '../parts/figure.js';
import { Icon } from '../parts/icon.js';
import { colourSchemes, prefer, preferences } from '../state/preferences.js';
import { session } from '../state/session.js';
import { useStore } from '../state/use-store.js';
import { BrokerName } from './broker-name.js';
import { openDialog } from './dialogs.js';
import classNames from './frame.module.css';
import { LinkStatus } from './link-status.js';
import { logOut } from './log-out.js';

function Rates() {
  const { t } = useTranslation();
  const now = useStore(figures);
  const { state } = useStore(link);
  const { data: me } = useQuery(meQuery);
  if (state === 'refused' || me?.is_administrator === false) return null;
  return (
    <div className={classNames.rates}>
      <span>
        <b>
          <Figure value={now?.msg_rate} />
        </b>{' '}
        {t('top.in')}
      </span>
      <span>
        <b>
          <Figure value={now?.delivered_rate} />
        </b>{' '}
        {t('top.out')}
      </span>
    </div>
  );
}

/** The alerts that fire. It leads to them from every page. */
function AlertBadge() {
  const { t } = useTranslation();
  const firing = useFiringCount();
  const { data: me } = useQuery(meQuery);
  if (me?.is_administrator === false) return null;
  const label = firing === 0 ? t('alerts.badgeNone') : t('alerts.badge', { count: firing, n: firing });
  return (
    <Tooltip label={label}>
      <Link to="/alerts" className={classNames.alerts ?? ''} aria-label={label} data-firing={firing > 0}>
        <Icon name="alerts" />
        {firing > 0 && <span>{firing}</span>}
      </Link>
    </Tooltip>
  );
}

function ThemeButton() {
  const { t } = useTranslation();
  const { colourScheme } = useStore(preferences);
  const next = colourSchemes[(colourSchemes.indexOf(colourScheme) + 1) % colourSchemes.length]!;
  const label = t('top.appearance', { scheme: t(`settings.schemes.${colourScheme}`) });
  const icon = { auto: 'half', light: 'sun', dark: 'moon' } as const;
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => prefer({ colourScheme: next })}>
        <Icon name={icon[colourScheme]} />
      </ActionIcon>
    </Tooltip>
  );
}

/** The zone of every time on the page. A click changes between the viewer's zone and UTC. */
function ClockButton() {
  const { t } = useTranslation();
  const { clock } = useStore(preferences);
  const zone = zoneText(new Date());
  const label = t('top.clock', { zone });
  return (
    <Tooltip label={label}>
      <button
        type="button"
        className={classNames.language}
        aria-label={label}
        onClick={() => prefer({ clock: clock === 'utc' ? 'local' : 'utc' })}
      >
        {zone}
      </button>
    </Tooltip>
  );
}

function LanguageButton() {
  const { t } = useTranslation();
  const { language } = useStore(preferences);
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <button
      type="button"
      className={classNames.language}
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      aria-label={`${t('top.language')} · ${t('top.languageLabel')}`}
      onClick={() => prefer({ language: other })}
    >
      {t('top.language')}
    </button>
  );
}

function AccountMenu() {
  const { t } = useTranslation();
  const viewer = useStore(session);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('top.account')}>
          <Icon name="user" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {viewer.state !== 'out' && <Menu.Label>{viewer.username}</Menu.Label>}
        <Menu.Item onClick={() => openDialog('password')}>{t('password.title')}</Menu.Item>
        <Menu.Item onClick={() => openDialog('keys')}>{t('keys.title')}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void logOut()}>{t('top.logOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The state and the rates of the broker, the palette, and the viewer's preferences and account. */
export function TopBar({ onMenu }: { readonly onMenu: () => void }) {
  const { t } = useTranslation();
  return (
    <header className={classNames.top}>
      <ActionIcon
        className={classNames.burger}
        variant="subtle"
        color="gray"
        aria-label={t('nav.menu')}
        onClick={onMenu}
      >
        <Icon name="menu" />
      </ActionIcon>
      <LinkStatus />
      <BrokerName />
      <Rates />
      <div className={classNames.end}>
        <button
          type="button"
          className={classNames.find}
          aria-label={`${t('top.find')} Ctrl K`}
          aria-keyshortcuts="Control+K"
          onClick={() => openDialog('palette')}
        >
          <Icon name="search" />
          <span>{t('top.find')}</span> <Kbd size="xs">Ctrl K</Kbd>
        </button>
        <AlertBadge />
        <ClockButton />
        <LanguageButton />
        <ThemeButton />
        <AccountMenu />
      </div>
    </header>
  );
}
