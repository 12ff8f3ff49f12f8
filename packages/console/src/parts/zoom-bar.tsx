import { useTranslation } from 'react-i18next';
import classNames from './zoom-bar.module.css';

/** Says which part of a range is shown, and has the button for the whole of it. */
export function ZoomBar(props: { readonly from: string; readonly to: string; readonly onReset: () => void }) {
  const { t } = useTranslation();
  const { from, to, onReset } = props;
  return (
    <div className={classNames.zoom} role="status">
      <span>{t('charts.zoomed', { from, to })}</span>
      <button type="button" onClick={onReset}>
        {t('charts.whole')}
      </button>
    </div>
  );
}
