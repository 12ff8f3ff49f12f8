/** Addresses of a running broker. */
export interface BrokerAddresses {
  readonly host: string;
  readonly pubPort: number;
  readonly subPort: number;
  readonly adminPort: number;
}

const rule = '='.repeat(50);

/** Text that is printed when the broker is up. */
export function banner({ host, pubPort, subPort, adminPort }: BrokerAddresses, version: string): string {
  const shownHost = host.includes(':') ? `[${host}]` : host;
  const lines = [
    `PulseMQ Broker v${version}`,
    `${'PUB(XSUB)'.padEnd(9)} : tcp://${shownHost}:${pubPort}`,
    `${'SUB(XPUB)'.padEnd(9)} : tcp://${shownHost}:${subPort}`,
    `${'Admin'.padEnd(9)} : http://${shownHost}:${adminPort}`,
    `${'Health'.padEnd(9)} : http://${shownHost}:${adminPort}/health`,
  ];
  return ['', rule, ...lines.map((line) => `  ${line}`), rule, '', ''].join('\n');
}
