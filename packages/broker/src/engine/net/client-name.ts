import type { Handshake } from '@pulsemq/zmtp';

/** Texts such as `ZMTP 3.1 DEALER`, each kept once: there are few, and ten thousand connections. */
const names = new Map<string, string>();
const nameMaxCount = 1_000;

/** What a handshake says the client is, and how it is encrypted: `ZMTP 3.1 DEALER`, `ZMTP 3.1 SUB CURVE`. */
export function clientName({ peer, session }: Handshake, carrierName: string): string {
  const encryption = session !== null ? ' CURVE' : '';
  const carrier = carrierName === '' ? '' : ` ${carrierName}`;
  const name = `ZMTP 3.${peer.versionMinor} ${peer.socketType}${carrier}${encryption}`;
  const kept = names.get(name);
  if (kept === undefined && names.size < nameMaxCount) names.set(name, name);
  return kept ?? name;
}
