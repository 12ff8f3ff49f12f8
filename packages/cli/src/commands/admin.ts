import { Command } from 'commander';
import { addDatabaseOptions, type DatabaseFlags, databaseFile } from '../broker/broker-settings.js';
import type { CommandRun } from '../command-run.js';
import { usageError } from '../exit-code.js';
import { exampleHelp, summedUpCommand } from '../options/help-text.js';
import { notice } from '../output/notices.js';
import { printLine } from '../output/standard-output.js';
import { canAsk } from '../prompt/ask.js';
import { SecretInput } from '../prompt/secret-input.js';
import { runBody } from '../running/run-body.js';

interface ResetFlags extends DatabaseFlags {
  readonly ask?: boolean;
  readonly newToken?: boolean;
}

/** The file that the broker and the other commands use too. */
const credentialsFile = '.pulsemq_admin';

const examples = exampleHelp([
  ['pulsemq admin reset-password', 'in the folder of a stopped broker: a new random password, in .pulsemq_admin'],
  ['pulsemq admin reset-password --new-token', 'the same where .pulsemq_admin is lost: its token is replaced too'],
  ['pulsemq admin reset-password alice --ask', 'asks for the new password, and writes no file'],
]);

export const adminCommand = (run: CommandRun): Command =>
  new Command('admin')
    .description('Administer the database of a stopped broker.')
    .addHelpText('after', examples)
    .addCommand(
      addDatabaseOptions(
        summedUpCommand(
          'reset-password',
          'give a user of a stopped broker a new password, end its admin log-ins, and write the password into .pulsemq_admin',
        )
          .argument('[username]', 'name of the user', 'admin')
          .option('--ask', 'ask for the new password instead (or read it from standard input), and write no file')
          .option('--new-token', 'replace the token too: programs that use the old one can no longer connect'),
      ).action((username: string, flags: ResetFlags) =>
        runBody(run, 'whenDone', () => resetPassword(run, username, flags)),
      ),
    );

async function resetPassword(run: CommandRun, username: string, flags: ResetFlags): Promise<void> {
  if (flags.ask && flags.newToken) throw usageError('--new-token needs a file for the token; leave --ask out');
  const broker = await import('@pulsemq/broker');
  const done = await broker.resetPassword({
    databasePath: await databaseFile(run, flags, `let another administrator run: pulsemq user password ${username}`),
    username,
    credentialsPath: flags.ask ? null : run.path(credentialsFile),
    password: flags.ask ? await askedPassword(run, username) : undefined,
    newToken: flags.newToken === true,
  });
  const where = flags.ask ? '' : `; it is in ${credentialsFile}`;
  await printLine(run, `${username} has a new password${where}, and its admin log-ins have ended`);
  if (done.setAside !== undefined) notice(run, `another ${credentialsFile} was moved to ${done.setAside}`);
  if (!flags.ask && !done.hasToken) {
    notice(
      run,
      `${credentialsFile} has no token, because the broker stores only its hash; --new-token makes a new one`,
    );
  }
  if (!done.user.isActive)
    notice(run, `${username} is deactivated and cannot log in until an administrator activates it`);
}

async function askedPassword(run: CommandRun, username: string): Promise<string> {
  const input = new SecretInput(run);
  const password = await input.next(`New password of ${username}: `, 'one line, the new password');
  if (canAsk(run) && (await input.next('The same again: ')) !== password) {
    throw usageError('the two passwords differ; nothing was changed');
  }
  return password;
}
