import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { PulseMQServer } from '@pulsemq/broker';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The TypeScript in our documents: all of it compiles as printed, and all that ends by itself runs. */

const root = resolve(import.meta.dirname, '../..');
// Inside the project, so that its packages are found; where the linter does not look.
const folder = mkdtempSync(join(root, 'node_modules', '.documents-'));
const packages = ['protocol', 'zmtp', 'codecs', 'client', 'broker'].map((name) => `packages/${name}/README.md`);
const documents = ['docs/client.md', 'docs/dataframes.md', 'README.md', 'README.zh-CN.md', ...packages];

interface Sample {
  readonly name: string;
  readonly document: string;
  readonly code: string;
}

const samples: Sample[] = documents.flatMap((document) => {
  const blocks = readFileSync(join(root, document), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g);
  return [...blocks].map(([, code], index) => ({ name: `${document} ${index + 1}`, document, code: code! }));
});
/** All that end by themselves: a program that runs a broker does not. */
const run = samples.filter(({ code }) => !code.includes('PulseMQServer'));

const names = 'DataFrame, Decimal, PreciseDate, PulseMQClient, PulseMQError, ReceivedMessage';
const imports = `import { ${names} } from '@pulsemq/client';`;
const makesClient = (code: string): boolean => /(const|using) client /.test(code);
const withImports = (code: string): string => (code.includes(`from '@pulsemq/`) ? code : `${imports}\n${code}`);

/** A sample as a module of its own, with what it takes for granted declared. */
function compiled({ code }: Sample): string {
  const lent =
    makesClient(code) || code.includes('import')
      ? ''
      : 'declare const client: PulseMQClient; declare const message: ReceivedMessage;';
  return `${withImports(code)}\nexport {}; ${lent}`;
}

/** A received message with a DataFrame, for a sample that takes one for granted. */
const receivedMessage = `const lent = await client.subscribe('market', 'lent.bars');
await client.publish('market', 'lent.bars', [{ symbol: 'sz000651', price: 10.5, volume: 100 }], { format: 'df_msgpack' });
const message = await lent.receive();`;

/** A sample as a program: connected to the broker of these tests, and closed at its end where it does not do that itself. */
function program({ code }: Sample): string {
  const own = code.replace(/\{ host: 'localhost', username: '\w+', token: '\.\.\.' \}/, 'connection');
  const [before, after] =
    makesClient(code) || !/\b(client|message)\b/.test(code)
      ? ['', '']
      : ['const client = new PulseMQClient(connection); await client.connect();', 'await client.close();'];
  const message = own.startsWith('const frame = message.data') ? receivedMessage : '';
  return withImports(`const connection = JSON.parse(process.env.CONNECTION);\n${before}\n${message}\n${own}\n${after}`);
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [join(root, 'node_modules', '@types')],
};

let broker: PulseMQServer;
let connection: string;

beforeAll(async () => {
  const config = { server: { host: '127.0.0.1', pub_port: 0, admin_port: 0 } };
  broker = new PulseMQServer({ config, workingDirectory: folder, console: null });
  await broker.start();
  const { pubPort, subPort, adminPort } = broker.addresses;
  const { username, token, password } = JSON.parse(readFileSync(join(folder, '.pulsemq_admin'), 'utf8'));
  const apiUrl = `http://127.0.0.1:${adminPort}`;
  connection = JSON.stringify({ host: '127.0.0.1', pubPort, subPort, username, token, apiUrl });
  await makeNamespaces(apiUrl, username, password);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});

/** The namespaces of the samples with last values, and the one with history. */
async function makeNamespaces(url: string, username: string, password: string): Promise<void> {
  const post = (path: string, body: object, jwt = ''): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${jwt}` },
      body: JSON.stringify(body),
    });
  const { token: jwt } = (await (await post('/login', { username, password })).json()) as { token: string };
  const kept = ['quotes', 'market'].map((name) => ({ name, keep_last_value: true }));
  for (const namespace of [...kept, { name: 'archive', history: true }]) {
    expect((await post('/api/namespaces', namespace, jwt)).status).toBe(201);
  }
}

afterAll(async () => {
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('every sample compiles as it is printed', () => {
  const files = samples.map((sample, index) => {
    const file = join(folder, `${index}.ts`);
    writeFileSync(file, compiled(sample));
    return file;
  });
  const problems = ts.getPreEmitDiagnostics(ts.createProgram(files, options)).map(({ file, messageText }) => {
    const name = samples[files.indexOf(file?.fileName ?? '')]?.name;
    return `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
  expect(samples.length).toBeGreaterThan(run.length);
  expect(problems).toEqual([]);
});

test.each(run.map((sample) => [sample.name, sample] as const))(
  'D3: %s runs, ends and complains of nothing',
  async (name, sample) => {
    const file = join(folder, `${name.replaceAll(/\W/g, '_')}.js`);
    writeFileSync(
      file,
      ts.transpileModule(program(sample), { compilerOptions: { ...options, module: ts.ModuleKind.ESNext } }).outputText,
    );
    const env = { ...process.env, CONNECTION: connection };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], { env, timeout: 15_000 });
    expect(stderr).toBe('');
    // What a sample says it prints.
    for (const [, printed] of sample.code.matchAll(/\/\/ (PMQ_\w+)$/gm)) expect(stdout).toContain(printed);
  },
);
