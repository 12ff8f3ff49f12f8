import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { pageGroups } from '../navigation/pages.js';
import { useVisiblePages } from '../navigation/use-visible-pages.js';
import { Icon } from '../parts/icon.js';
import classNames from './navigation.module.css';

/** The list of the pages that the viewer may see. */
export function Navigation({ onChoose }: { readonly onChoose?: () => void }) {
  const { t } = useTranslation();
  const pages = useVisiblePages();
  const groups = pageGroups.filter((group) => pages.some((page) => page.group === group));
  return (
    <nav className={classNames.nav} aria-label={t('nav.label')}>
      {groups.map((group) => (
        <div key={group} className={classNames.group}>
          <div className={classNames.groupName}>{t(`nav.${group}`)}</div>
          {pages
            .filter((page) => page.group === group)
            .map((page) => (
              <NavLink
                key={page.path}
                to={page.path}
                end={page.path === '/'}
                className={classNames.link ?? ''}
                {...(onChoose === undefined ? {} : { onClick: onChoose })}
              >
                <Icon name={page.icon} />
                <span className="clip">{t(`nav.${page.name}`)}</span>
              </NavLink>
            ))}
        </div>
      ))}
    </nav>
  );
}
