import { z } from 'zod';

/** A broker as clients take it. An IPv6 address stands in brackets. */
const clientServer = z.string().regex(/^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9_.-]+):\d{1,5}(\/\d{1,5})?$/, {
  error: 'expected host:pubPort or host:pubPort/subPort',
});

/** Settings of `cluster` that clients hear of. */
export const clientServers = {
  servers_for_clients: z
    .array(clientServer)
    .meta({
      range: 'list of host:port',
      description:
        'Brokers that AUTH_OK names, this one included: clients go to another one when they lose theirs. `host:pubPort`, or `host:pubPort/subPort`',
    })
    .default([]),
} as const;
