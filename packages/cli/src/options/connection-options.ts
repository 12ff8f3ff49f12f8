import { type Command, Option } from 'commander';
import { port } from './parsers.js';
import { addSecurityOptions, type SecurityFlags } from './security-options.js';

/** Options that choose the broker and the user. */
export interface ConnectionFlags extends SecurityFlags {
  readonly context?: string;
  readonly host?: string;
  readonly pubPort?: number;
  readonly subPort?: number;
  readonly username?: string;
  readonly tokenFile?: string;
  readonly credentials?: string;
  readonly namespace?: string;
}

const connectionHelp = `
Where the broker and the credentials come from. For each setting, the first source that has it wins:
  1. options; a token is read from a file (--token-file, --credentials), because others can see the command line of a process
  2. the context named by --context
  3. PULSEMQ_HOST, PULSEMQ_PUB_PORT, PULSEMQ_SUB_PORT, PULSEMQ_NAMESPACE, PULSEMQ_USERNAME, PULSEMQ_TOKEN, PULSEMQ_TOKEN_FILE,
     PULSEMQ_TLS_CA, PULSEMQ_CURVE_SERVER_KEY, PULSEMQ_CURVE_KEY_FILE
  4. the context named by PULSEMQ_CONTEXT, or selected with "pulsemq context select"
  5. .pulsemq_admin in this folder, only for a broker on this machine
  6. defaults: localhost, 5555, 5556; on a terminal, the command asks for a missing token`;

export const addConnectionOptions = (command: Command): Command =>
  addSecurityOptions(command)
    .addOption(connectionOption('--context <name>', 'saved broker and credentials'))
    .addOption(connectionOption('--host <host>', 'host of the broker (default: localhost)'))
    .addOption(
      connectionOption('--pub-port <port>', 'port for publishers and requests (default: 5555)').argParser(port),
    )
    .addOption(connectionOption('--sub-port <port>', 'port for subscribers (default: --pub-port + 1)').argParser(port))
    .addOption(connectionOption('-u, --username <name>', 'name of the user'))
    .addOption(connectionOption('--token-file <file>', 'file that contains the token'))
    .addOption(connectionOption('--credentials <file>', 'JSON file with username and token, such as .pulsemq_admin'))
    .addHelpText('after', connectionHelp);

export const namespaceOption = (): Option =>
  connectionOption('-n, --namespace <namespace>', 'namespace of a topic or pattern without one (default: default)');

const connectionOption = (flags: string, description: string): Option =>
  new Option(flags, description).helpGroup('Connection:');
