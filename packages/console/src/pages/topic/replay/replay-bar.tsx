import { Button, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { exact } from '../../../format/number.js';
import { clockMsText, dateText } from '../../../format/time.js';
import { Icon } from '../../../parts/icon.js';
import { type Status, StatusMark } from '../../../parts/status-mark.js';
import type { Span } from '../candles/candle-range.js';
import type { ReplayView } from './replay.js';
import classNames from './replay.module.css';

/** Times the pace of the journal. */
export const speeds = ['1', '2', '10', '60', '600'] as const;
export type Speed = (typeof speeds)[number];

const marks: Readonly<Record<ReplayView['state'], Status>> = {
  paused: 'warning',
  playing: 'ok',
  reading: 'off',
  ended: 'off',
  failed: 'bad',
};

/** A time that is typed: the begin or the end of the range. */
export function TimeField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <TextInput
      type="datetime-local"
      step={0.001}
      aria-label={props.label}
      title={props.label}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

/** Play and pause, the speed, the position, and what is played. */
export function ReplayBar(props: {
  readonly view: ReplayView;
  readonly span: Span;
  readonly speed: Speed;
  readonly onSpeed: (speed: Speed) => void;
  readonly onPlay: () => void;
  readonly onPause: () => void;
  readonly onSeek: (positionMs: number) => void;
}) {
  const { t } = useTranslation();
  const { view, span, speed } = props;
  const isRunning = view.state === 'playing' || view.state === 'reading';
  const at = new Date(view.positionMs);
  const position = `${dateText(at)} ${clockMsText(at)}`;
  return (
    <div className={classNames.bar}>
      <Button
        className={classNames.play}
        leftSection={<Icon name={isRunning ? 'pause' : 'play'} size={14} />}
        onClick={isRunning ? props.onPause : props.onPlay}
      >
        {isRunning ? t('actions.pause') : t('topic.replay.play')}
      </Button>
      <Select
        aria-label={t('topic.replay.speed')}
        title={t('topic.replay.speed')}
        className={classNames.speed}
        allowDeselect={false}
        value={speed}
        data={speeds.map((value) => ({ value, label: `${value}x` }))}
        onChange={(value) => value !== null && props.onSpeed(value)}
      />
      <input
        type="range"
        className={classNames.position}
        aria-label={t('topic.replay.position')}
        aria-valuetext={position}
        min={span.fromMs}
        max={span.toMs}
        step={1}
        value={view.positionMs}
        onChange={(event) => props.onSeek(event.currentTarget.valueAsNumber)}
      />
      <span className={`figure ${classNames.time}`}>{position}</span>
      <span role="status">
        <StatusMark status={marks[view.state]}>{t(`topic.replay.states.${view.state}`)}</StatusMark>
      </span>
      <span className="muted">{t('topic.replay.played', { n: exact(view.playedCount), count: view.playedCount })}</span>
    </div>
  );
}
