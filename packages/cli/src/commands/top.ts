import type { LiveEvent, SystemFigures, TopicStats } from '@pulsemq/protocol';
import { Command } from 'commander';
import { type AdminFlags, addAdminOptions } from '../admin-api/admin-address.js';
import { AdminClient } from '../admin-api/admin-client.js';
import { streamEvents } from '../admin-api/event-stream.js';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { colors } from '../output/colors.js';
import { printJson } from '../output/standard-output.js';
import { pause } from '../running/pause.js';
import { runBody } from '../running/run-body.js';
import { TerminalScreen } from '../screen/terminal-screen.js';
import { type TopData, type TopState, topLines, topPages } from '../screen/top-view.js';

const examples = exampleHelp([
  [
    'pulsemq top',
    'keys: q quits; 1, 2, 3 or tab changes the page; left and right change the sorting; up and down scroll',
  ],
  ['pulsemq top --json', "the broker's figures as one JSON object per second"],
]);

/** Topics to ask the broker for. */
const topicLimit = 1_000;
/** Events to keep. */
const eventLimit = 100;

export const topCommand = (run: CommandRun): Command =>
  addAdminOptions(
    new Command('top').description(
      'Show a live view of the broker: rates, topics, slow clients, events. The user must be an administrator.',
    ),
  )
    .addHelpText('after', examples)
    .action((flags: AdminFlags) =>
      runBody(run, 'whenStopped', (signal) =>
        flags.json ? printFigures(run, flags, signal) : top(run, flags, signal),
      ),
    );

async function printFigures(run: CommandRun, flags: AdminFlags, signal: AbortSignal): Promise<void> {
  const response = await new AdminClient(run, flags, signal).open('GET', '/api/stream');
  for await (const { event, data } of streamEvents(response.body!)) {
    if (event === 'snapshot') await printJson(run, JSON.parse(data));
  }
  throw new CommandError(ExitCode.unreachable, 'the broker ended the stream');
}

async function top(run: CommandRun, flags: AdminFlags, signal: AbortSignal): Promise<void> {
  if (!run.stdout.isTTY || !run.stdin.isTTY) throw usageError('top needs a terminal; without one, use --json');
  const quit = new AbortController();
  const stop = AbortSignal.any([signal, quit.signal]);
  const client = new AdminClient(run, flags, stop);
  const data: TopData = { figures: null, topics: [], events: [], problem: '' };
  // Opened before the screen, so that an error is printed on the ordinary terminal.
  const first = await client.open('GET', '/api/stream');
  const state: TopState = { page: 'topics', sortIndex: 0, scroll: 0 };
  const paint = colors(run.stdout, run.env);
  const draw = (): void => screen.draw(topLines(data, state, screen, paint));
  const screen = new TerminalScreen(
    run,
    (key) => {
      if (key === 'q' || key === '\u0003') return quit.abort();
      onKey(key, state);
      draw();
    },
    draw,
  );
  screen.open();
  try {
    await follow(client, first, data, draw, stop);
  } finally {
    screen.close();
  }
}

function onKey(key: string, state: TopState): void {
  const pageAt = topPages.indexOf(state.page);
  const next = key === '\t' ? (pageAt + 1) % topPages.length : Number(key) - 1;
  if (topPages[next] !== undefined) Object.assign(state, { page: topPages[next], sortIndex: 0, scroll: 0 });
  if (key === '\u001b[C') state.sortIndex++;
  if (key === '\u001b[D') state.sortIndex--;
  if (key === '\u001b[B') state.scroll++;
  if (key === '\u001b[A') state.scroll--;
}

/** Follows the stream until `stop` aborts. Opens it again when it ends, also when the broker is down for a while. */
async function follow(
  client: AdminClient,
  first: Response,
  data: TopData,
  draw: () => void,
  stop: AbortSignal,
): Promise<void> {
  let response: Response | null = first;
  while (!stop.aborted) {
    try {
      response ??= await client.open('GET', '/api/stream');
      for await (const { event, data: json } of streamEvents(response.body!)) {
        data.problem = '';
        if (event === 'event') data.events = [...data.events.slice(1 - eventLimit), JSON.parse(json) as LiveEvent];
        if (event !== 'snapshot') continue;
        data.figures = JSON.parse(json) as SystemFigures;
        data.topics = await client.get<TopicStats[]>('/api/stats/topics', { limit: topicLimit });
        draw();
      }
      data.problem = 'the broker ended the stream; reconnecting';
    } catch (error) {
      if (stop.aborted) return;
      data.problem = (error as Error).message;
    }
    response = null;
    data.events = [];
    draw();
    await pause(1_000, stop);
  }
}
