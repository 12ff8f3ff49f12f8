import { PulseMQClient } from '@pulsemq/client';
import { PulseMQProvider } from '@pulsemq/react';
import { type FormEvent, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Board } from './board.js';
import './board.css';

/** The port that this page comes from, at which the broker takes WebSockets too; or its publisher port, where the address has `?port=5555`. */
const { protocol, host, hostname, search } = location;
const port = new URLSearchParams(search).get('port');
const usualUrl = `${protocol === 'https:' ? 'wss' : 'ws'}://${port === null ? `${host}/ws` : `${hostname}:${port}`}/`;

/** What the user has typed. The token is kept in memory only: a reload asks for it again. */
interface Desk {
  readonly client: PulseMQClient;
  readonly namespace: string;
  readonly pattern: string;
}

function App() {
  const [desk, setDesk] = useState<Desk>();
  if (desk === undefined) return <LogIn onDone={setDesk} />;
  const { client, namespace, pattern } = desk;
  return (
    <PulseMQProvider client={client}>
      <Board namespace={namespace} pattern={pattern} />
    </PulseMQProvider>
  );
}

function LogIn({ onDone }: { readonly onDone: (desk: Desk) => void }) {
  const [problem, setProblem] = useState('');
  const [isBusy, setIsBusy] = useState(false);

  async function logIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const typed = (name: string): string => String(form.get(name));
    setIsBusy(true);
    try {
      const client = new PulseMQClient({
        url: typed('broker'),
        username: typed('username'),
        token: typed('token'),
        reconnect: { maxTries: Number.POSITIVE_INFINITY, maxDelayMs: 5_000 },
      });
      await client.connect();
      onDone({ client, namespace: typed('namespace'), pattern: typed('pattern') });
    } catch (error) {
      setProblem((error as Error).message);
      setIsBusy(false);
    }
  }

  return (
    <form className="log-in" onSubmit={logIn}>
      <h1>Price board</h1>
      <Field label="Broker" name="broker" value={usualUrl} />
      <Field label="Username" name="username" value="admin" />
      <Field label="Token" name="token" type="password" />
      <Field label="Namespace" name="namespace" value="demo" />
      <Field label="Pattern" name="pattern" value="*.quote" />
      <button type="submit" disabled={isBusy}>
        Log in
      </button>
      {problem !== '' && <p role="alert">{problem}</p>}
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly value?: string;
  readonly type?: 'text' | 'password';
}

const Field = ({ label, name, value, type = 'text' }: FieldProps) => (
  <label>
    {label}
    <input name={name} type={type} defaultValue={value} required autoComplete="off" spellCheck={false} />
  </label>
);

createRoot(document.getElementById('root')!).render(<App />);
