import type { LiveEvent, SystemFigures, TopicStats } from '@pulsemq/protocol';
import type { Command } from 'commander';
import { Command as CommandClass } from 'commander';
import { type AdminFlags, addAdminOptions } from '../admin-api/admin-address.js';
import { AdminClient } from '../admin-api/admin-client.js';
import { streamEvents } from '../admin-api/event-stream.js';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { colors } from '../output/colors.js';
import { printJson } from '../output/standard-output.js';
import { pause, running } from '../running/running.js';
import { TerminalScreen } from '../screen/terminal-screen.js';
import { type TopData, type TopState, topLines, topPages } from '../screen/top-view.js';

const examples = exampleHelp([
  ['pulsemq top', 'keys: q ends, 1 2 3 or tab changes the page, left and right the order, up and down scroll'],
  ['pulsemq top --json', "the broker's figures, one JSON object a second"],
]);

/** Topics that are looked at. */
const topicLimit = 1_000;
/** Events that can be looked at. */
const eventLimit = 100;

export const topCommand = (run: CommandRun): Command =>
  addAdminOptions(
    new CommandClass('top').description(
      'A live view of the broker: rates, topics, clients that are behind, events. Needs an administrator.',
    ),
  )
    .addHelpText('after', examples)
    .action((flags: AdminFlags) =>
      running(run, 'told', (signal) => (flags.json ? printFigures(run, flags, signal) : top(run, flags, signal))),
    );

async function printFigures(run: CommandRun, flags: AdminFlags, signal: AbortSignal): Promise<undefined> {
  const response = await new AdminClient(run, flags, signal).open('GET', '/api/stream');
  for await (const { event, data } of streamEvents(response.body!)) {
    if (event === 'snapshot') await printJson(run, JSON.parse(data));
  }
  throw new CommandError(ExitCode.unreachable, 'the broker ended the stream');
}

async function top(run: CommandRun, flags: AdminFlags, signal: AbortSignal): Promise<undefined> {
  if (!run.stdout.isTTY || !run.stdin.isTTY) throw usageError('top needs a terminal; --json prints figures anywhere');
  const quit = new AbortController();
  const stop = AbortSignal.any([signal, quit.signal]);
  const client = new AdminClient(run, flags, stop);
  const data: TopData = { figures: null, topics: [], events: [], problem: '' };
  // Before the screen is taken: who is not let in reads it on the terminal as it was.
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
  return undefined;
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

/** Through the ends of the stream and of the broker, until it is told to stop. */
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
      data.problem = 'the broker ended the stream; trying again';
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
