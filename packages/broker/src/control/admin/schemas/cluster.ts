import {
  brokerHealths,
  type ClusterBroker,
  type ClusterFound,
  type ClusterPair,
  type ClusterPeer,
  type ClusterState,
} from '@pulsemq/protocol';
import { z } from 'zod';

const clusterBroker = z
  .object({
    id: z.string(),
    name: z.string(),
    version: z.string(),
    host: z.string(),
    pub_port: z.int(),
    sub_port: z.int(),
    admin_port: z.int(),
    started_at: z.string(),
    sessions: z.int(),
    subscribers: z.int(),
    published_total: z.int(),
    delivered_total: z.int(),
    published_rate: z.number(),
    delivered_rate: z.number(),
    patterns: z.int(),
    interest_version: z.int(),
    nats_server: z.string().nullable(),
  })
  .meta({ id: 'ClusterBroker' }) satisfies z.ZodType<ClusterBroker>;

const clusterPeer = clusterBroker
  .extend({
    health: z.enum(brokerHealths),
    since: z.string(),
    silent_ms: z.int(),
    applied_version: z.int(),
    received_total: z.int(),
    received_rate: z.number(),
    received_bytes: z.int(),
    lost_batches: z.int(),
    lost_total: z.int(),
    duplicate_total: z.int(),
    bad_total: z.int(),
    topics: z.int(),
  })
  .meta({ id: 'ClusterPeer' }) satisfies z.ZodType<ClusterPeer>;

const clusterPair = z
  .object({
    from: z.string(),
    to: z.string(),
    sent_total: z.int(),
    sent_bytes: z.int(),
    unconfirmed_bytes: z.int(),
    lag_ms: z.int(),
    skipped_total: z.int(),
    is_pacing: z.boolean(),
    is_lagging: z.boolean(),
  })
  .meta({ id: 'ClusterPair' }) satisfies z.ZodType<ClusterPair>;

export const clusterState = z
  .object({
    driver: z.enum(['none', 'nats']),
    name: z.string().nullable(),
    is_connected: z.boolean(),
    own: clusterBroker.nullable(),
    peers: z.array(clusterPeer).readonly(),
    pairs: z.array(clusterPair).readonly(),
    shared_names: z.array(z.string()).readonly(),
    foreign_total: z.int(),
  })
  .meta({ id: 'ClusterState' }) satisfies z.ZodType<ClusterState>;

export const clusterFound = z
  .object({
    broker_id: z.string().nullable(),
    broker_name: z.string().nullable(),
    is_own: z.boolean(),
    has_answered: z.boolean(),
    count: z.int(),
    sessions: z
      .array(z.object({ connection_id: z.string(), username: z.string(), client: z.string(), address: z.string() }))
      .readonly(),
    last: z.object({ epoch: z.int(), sequence: z.int(), received_at: z.string() }).nullable(),
  })
  .meta({ id: 'ClusterFound' }) satisfies z.ZodType<ClusterFound>;
