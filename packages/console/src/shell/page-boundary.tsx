import { Button } from '@mantine/core';
import { Component } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../parts/empty.js';

function BrokenPage({ onRetry }: { readonly onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <Empty text={t('errors.broken')}>
      <p>{t('errors.brokenHint')}</p>
      <Button variant="default" onClick={onRetry}>
        {t('actions.retry')}
      </Button>
    </Empty>
  );
}

interface BoundaryProps {
  /** The address of the page. Another address renders again. */
  readonly place: string;
  readonly children: React.ReactNode;
}

interface BoundaryState {
  readonly hasFailed: boolean;
}

/** Catches the failure of a page, so that the rest of the console stays. */
export class PageBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { hasFailed: false };

  static getDerivedStateFromError(): BoundaryState {
    return { hasFailed: true };
  }

  override componentDidUpdate(before: BoundaryProps): void {
    if (this.state.hasFailed && before.place !== this.props.place) this.setState({ hasFailed: false });
  }

  override render(): React.ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return <BrokenPage onRetry={() => this.setState({ hasFailed: false })} />;
  }
}
