/** Code that is ready to run. Its values are quoted by the rules of each language. */

export interface SnippetFacts {
  readonly host: string;
  readonly pubPort: number;
  readonly subPort: number;
  /** The address of the API, without a slash at the end. */
  readonly apiAddress: string;
  readonly username: string;
  readonly token: string;
  readonly namespace: string;
  readonly topic: string;
}

export const snippetLanguages = ['python', 'typescript', 'curl'] as const;
export type SnippetLanguage = (typeof snippetLanguages)[number];

export type SnippetPurpose = 'publish' | 'subscribe';

/** A JSON string is a valid string literal in Python and in TypeScript. */
const quoted = (text: string): string => JSON.stringify(text);

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function python(facts: SnippetFacts, purpose: SnippetPurpose): string {
  const { host, pubPort, subPort, username, token, namespace, topic } = facts;
  const address = `${quoted(host)}, ${pubPort}, ${subPort},`;
  const account = `${quoted(username)}, ${quoted(token)},`;
  if (purpose === 'publish') {
    return [
      'import asyncio',
      'from pulse_mq import PulseMQClient  # in a clone of PulseMQ: pip install ./clients/python',
      '',
      'async def main():',
      '    client = PulseMQClient(',
      `        ${address}`,
      `        ${account}`,
      '    )',
      '    await client.async_connect()',
      '    await client.async_publish(',
      `        ${quoted(namespace)}, ${quoted(topic)}, b'{"close": 10.55}'`,
      '    )',
      '    await client.async_close()',
      '',
      'asyncio.run(main())',
    ].join('\n');
  }
  return [
    'from pulse_mq import PulseMQClient  # in a clone of PulseMQ: pip install ./clients/python',
    '',
    'client = PulseMQClient(',
    `    ${address}`,
    `    ${account}`,
    ')',
    `client.subscribe(${quoted(namespace)}, ">", lambda m: print(m.topic, m.data))`,
    'client.run()',
  ].join('\n');
}

function typescript(facts: SnippetFacts, purpose: SnippetPurpose): string {
  const { host, pubPort, subPort, username, token, namespace, topic } = facts;
  const ports = pubPort === 5555 && subPort === 5556 ? '' : `, pubPort: ${pubPort}, subPort: ${subPort}`;
  const head = [
    "import { PulseMQClient } from '@pulsemq/client';",
    '',
    'const client = new PulseMQClient({',
    `  host: ${quoted(host)}${ports},`,
    `  username: ${quoted(username)},`,
    `  token: ${quoted(token)},`,
    '});',
    'await client.connect();',
  ];
  if (purpose === 'publish') {
    const data = `Buffer.from('{"close": 10.55}')`;
    const call = `await client.publish(${quoted(namespace)}, ${quoted(topic)}, ${data});`;
    return [...head, call, 'await client.close();'].join('\n');
  }
  return [
    ...head,
    `for await (const message of await client.subscribe(${quoted(namespace)}, '>')) {`,
    '  console.log(message.topic, message.sequence, message.data);',
    '}',
  ].join('\n');
}

/** The HTTP API takes a log-in, not the token of a user. */
function curl(facts: SnippetFacts, purpose: SnippetPurpose): string {
  const { apiAddress, namespace, topic } = facts;
  const authorization = '-H "Authorization: Bearer $JWT"';
  const login = [
    `JWT=$(curl -s ${apiAddress}/login -H 'Content-Type: application/json' \\`,
    `  -d '{"username":"admin","password":"..."}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
  ];
  if (purpose === 'publish') {
    const body = JSON.stringify({ namespace, topic, format: 'string', data: '{"close": 10.55}' });
    return [
      ...login,
      `curl -s ${apiAddress}/api/publish ${authorization} -H 'Content-Type: application/json' \\`,
      `  -d ${shellQuoted(body)}`,
    ].join('\n');
  }
  const query = `namespace=${encodeURIComponent(namespace)}&pattern=%3E`;
  return [...login, `curl -sN ${authorization} ${shellQuoted(`${apiAddress}/api/tap?${query}`)}`].join('\n');
}

const makers = { python, typescript, curl } as const;

/** Code that publishes one message, or prints the messages it receives. */
export const snippet = (language: SnippetLanguage, purpose: SnippetPurpose, facts: SnippetFacts): string =>
  makers[language](facts, purpose);
