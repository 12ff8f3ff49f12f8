import { type BarPayload, type Bars, FormatCode, MessageType } from '@pulsemq/protocol';
import type { WirePeer } from '../engine/wire-peer.js';
import type { RunningServer } from './running-server.js';

/** A rule of bars of a second. */
export const rule = {
  source: '*.trade',
  target: '{1}.kline.1s',
  interval: '1s',
  calendar: null,
  zone: null,
  price: null,
  size: null,
  time: null,
  grace_ms: 2_000,
  update_ms: null,
};
/** That rule alone, with what a test wants otherwise. */
export const rules = (more: Partial<Record<keyof typeof rule, unknown>> = {}) => ({
  rules: [{ ...rule, ...more }],
  calendars: {},
});

/** A bar as it came. */
export type Bar = BarPayload & { topic: string; username: string; format: number };

/** A namespace that the broker has or gets, with a publisher. */
export async function marketOf(running: RunningServer, name: string, history = false) {
  const all = await running.ok<{ id: number; name: string }[]>('GET', '/api/namespaces');
  const found = all.find((one) => one.name === name);
  const { id } = found ?? (await running.ok<{ id: number }>('POST', '/api/namespaces', { name, history }));
  const wire = await running.wire('admin', running.admin.token);
  const rulesPath = `/api/namespaces/${id}/bars`;
  return {
    running,
    id,
    wire,
    rulesPath,
    setRules: (body: unknown) => running.ok<Bars>('PUT', rulesPath, body),
    trade: (payload: object, topic = 'a.trade') => ({
      type: MessageType.pub,
      format: FormatCode.string,
      namespace: name,
      topic,
      payload: Buffer.from(JSON.stringify(payload)),
    }),
    /** A connection that gets the bars. */
    open: async () => {
      const reader = await running.bound(wire);
      const pattern = { type: MessageType.sub, namespace: name, topic: '*.kline.1s' };
      await wire.request({ ...pattern, payload: Buffer.from('{}') });
      return reader;
    },
  };
}

/** The next bar that a reader gets. */
export async function nextBar(reader: WirePeer): Promise<Bar> {
  const { topic, username, payload, header } = await reader.delivery();
  return { ...(JSON.parse(Buffer.from(payload).toString()) as BarPayload), topic, username, format: header.format };
}

/** A figure of bars in `/metrics`. */
export async function metric(running: RunningServer, name: string): Promise<number> {
  const { body } = await running.call('GET', '/metrics');
  return Number(new RegExp(`^pulsemq_bars_${name} (.*)$`, 'm').exec(String(body))?.[1]);
}
