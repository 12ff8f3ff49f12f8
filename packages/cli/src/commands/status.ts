import type { Alert, SystemFigures } from '@pulsemq/protocol';
import type { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { exampleHelp } from '../options/help-text.js';
import { type Colors, colors } from '../output/colors.js';
import { plainText } from '../output/plain-text.js';
import { printJson, printLine } from '../output/standard-output.js';
import { ageText, byteText, countedText, countText, durationText } from '../output/units.js';

/** Stale topics, slow connections and alerts to show. */
const shownCount = 5;

const examples = exampleHelp([
  ['pulsemq status', 'whether the broker is well, on one screen'],
  ['pulsemq status --json | jq .stale_topics', 'one figure for a script'],
  ['pulsemq top', 'the same figures, live'],
]);

export const statusCommand = (run: CommandRun): Command =>
  adminCommand(
    run,
    'status',
    'show the state of the broker on one screen: version, rates, connections, lag, stale topics, alerts',
    status,
  ).addHelpText('after', examples);

async function status(client: AdminClient, flags: AdminFlags): Promise<void> {
  const { run } = client;
  const [figures, alerts] = await Promise.all([
    client.get<SystemFigures>('/api/stats/system'),
    client.list<Alert>('/api/alerts', { state: 'firing' }),
  ]);
  if (flags.json) return printJson(run, { ...figures, firing_alerts: alerts });
  await printLine(run, statusLines(figures, alerts, client.adminUrl, colors(run.stdout, run.env)).join('\n'));
}

/** The screen. Names that clients gave are escaped. */
function statusLines(figures: SystemFigures, alerts: readonly Alert[], adminUrl: string, paint: Colors): string[] {
  const uptime = durationText(figures.uptime_seconds * 1_000);
  const state = figures.problems.length === 0 ? paint.green('ready') : paint.red('not ready');
  return [
    paint.bold(`PulseMQ ${figures.version} at ${adminUrl}, up ${uptime}: ${state}`),
    ...figures.problems.map(({ code, text }) => `  ${paint.red(code)} ${plainText(text)}`),
    ...rateLines(figures),
    ...lagLines(figures),
    ...staleLines(figures, paint),
    ...alertLines(alerts, paint),
  ];
}

function rateLines(figures: SystemFigures): string[] {
  const { engine_loop_lag_ms: engineLag, control_loop_lag_ms: controlLag, broker_to_socket_us: delay } = figures;
  const perSecond = (messages: number, bytes: number): string => `${countText(messages)}/s, ${byteText(bytes)}/s`;
  return [
    `in           ${perSecond(figures.msg_rate, figures.byte_rate)}; ${countText(figures.msg_total)} published since the start`,
    `out          ${perSecond(figures.delivered_rate, figures.delivered_byte_rate)}; ` +
      `${countText(figures.dropped_total)} dropped, ${countText(figures.conflated_total)} conflated since the start`,
    `delay        ${delay === null ? 'nothing was delivered in the last second' : `P50 ${delay.p50} us, P99 ${delay.p99} us in the broker`}`,
    `connections  ${countedText(figures.sessions, 'session')}, ${countedText(figures.subscribers, 'subscriber')}, ` +
      `${countedText(figures.online_users, 'user')}; queued ${byteText(figures.queued_bytes)}`,
    `process      CPU ${Math.round(figures.cpu_percent)} %, memory ${Math.round(figures.memory_mb)} MB, ` +
      `loop lag ${engineLag} ms (engine), ${controlLag} ms (control)`,
  ];
}

/** The connections that lag most. */
function lagLines({ slowest, slow_subscribers: slowCount }: SystemFigures): string[] {
  const lagging = slowest.filter((one) => one.lag_ms > 0 || one.is_slow).slice(0, shownCount);
  if (lagging.length === 0) return ['worst lag    none'];
  return [
    `worst lag    ${lagging[0]!.lag_ms} ms; ${countedText(slowCount, 'slow subscriber')}`,
    ...lagging.map((one) => {
      const user = plainText(one.username ?? one.address);
      const losses = `${countText(one.dropped_total)} dropped`;
      return `  ${one.connection_id} ${user}: ${one.lag_ms} ms, ${byteText(one.queued_bytes)} queued, ${losses}`;
    }),
  ];
}

function staleLines({ topics, stale_topics: staleCount, stale }: SystemFigures, paint: Colors): string[] {
  const state = staleCount === 0 ? 'none stale' : paint.yellow(`${staleCount} stale`);
  return [
    `topics       ${countText(topics)}, ${state}`,
    ...stale.slice(0, shownCount).map((one) => {
      const reason = one.reason === null ? '' : ` (${one.reason})`;
      return `  ${plainText(`${one.namespace}:${one.name}`)} for ${ageText(one.stale_since)}${reason}`;
    }),
    ...moreLine(staleCount, Math.min(stale.length, shownCount), 'pulsemq topic list --stale'),
  ];
}

function alertLines(alerts: readonly Alert[], paint: Colors): string[] {
  const state = alerts.length === 0 ? 'none fire' : paint.red(`${alerts.length} firing`);
  return [
    `alerts       ${state}`,
    ...alerts
      .slice(0, shownCount)
      .map((one) => `  ${one.id} ${plainText(`${one.rule_name}: ${one.text}`)}, for ${ageText(one.started_at)}`),
    ...moreLine(alerts.length, Math.min(alerts.length, shownCount), 'pulsemq alerts list'),
  ];
}

const moreLine = (count: number, shown: number, listing: string): string[] =>
  count > shown ? [`  ... ${count - shown} more: ${listing}`] : [];
