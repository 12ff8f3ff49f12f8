import type { PulseMQClient } from '@pulsemq/client';
import { hasAllMqRights, type UserType } from '@pulsemq/protocol';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode } from '../exit-code.js';
import type { InputMessage } from '../input/messages.js';
import { closestName } from '../names/closest-name.js';
import { canAsk, confirm } from '../prompt/ask.js';

/**
 * Keeps a mistyped namespace from being created. A user who may publish everywhere creates a namespace by publishing to it; for others
 * the broker refuses a namespace that does not exist.
 */
export class NamespaceGuard {
  readonly #run: CommandRun;
  readonly #client: PulseMQClient;
  readonly #options: { readonly signal: AbortSignal };
  readonly #checked = new Set<string>();
  #mayCreate: Promise<boolean> | null = null;

  constructor(run: CommandRun, client: PulseMQClient, signal: AbortSignal) {
    this.#run = run;
    this.#client = client;
    this.#options = { signal };
  }

  /**
   * Asks the broker once for each namespace. Throws a CommandError for one that does not exist and whose name is close to one that does,
   * unless the user says on a terminal that it is meant. With `isQuestion` false there is no question.
   */
  async check(namespace: string, isQuestion: boolean): Promise<void> {
    if (this.#checked.has(namespace)) return;
    await this.#check(namespace, isQuestion);
    this.#checked.add(namespace);
  }

  /** The same messages, each after the check of its namespace. Standard input is being read, so there is no question. */
  async *checked(messages: AsyncIterable<InputMessage>): AsyncGenerator<InputMessage> {
    for await (const message of messages) {
      const { namespace } = message.address;
      if (!this.#checked.has(namespace)) await this.check(namespace, false);
      yield message;
    }
  }

  async #check(namespace: string, isQuestion: boolean): Promise<void> {
    this.#mayCreate ??= this.#client
      .queryPermission(this.#options)
      .then(({ type }) => hasAllMqRights(type as UserType));
    if (!(await this.#mayCreate)) return;
    // The list of all namespaces has all topics, so it comes last.
    if ((await this.#client.queryTopics(namespace, this.#options)).length > 0) return;
    const names = (await this.#client.queryNamespaces(this.#options)).map(({ name }) => name);
    const meant = names.includes(namespace) ? undefined : closestName(namespace, names);
    if (meant === undefined) return;
    const text = `there is no namespace ${JSON.stringify(namespace)}; did you mean ${JSON.stringify(meant)}?`;
    if (!isQuestion || !canAsk(this.#run)) {
      throw new CommandError(ExitCode.refused, `${text} Give --new-namespace to create ${JSON.stringify(namespace)}`);
    }
    if (await confirm(this.#run, `pulsemq: ${text} Create ${JSON.stringify(namespace)}?`)) return;
    throw new CommandError(ExitCode.interrupted, 'nothing was published');
  }
}
