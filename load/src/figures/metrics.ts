/**
 * What k6 emits and the figures are made of: one row a metric. Those of source `sip` are emitted by the SIP extension (under
 * these names by xk6-sip 0.4.0 and by ours alike), those of source `script` by load/scenarios/lib, those of source `k6` by k6.
 */

export type MetricKind = 'counter' | 'trend' | 'rate';
interface MetricRow {
  readonly unit: 'calls' | 'ms' | 'packets' | 'legs' | 'share' | '0..1' | 'requests' | 'iterations';
  readonly kind: MetricKind;
  readonly source: 'sip' | 'script' | 'k6';
  readonly about: string;
}

export const metrics = {
  load_calls_attempted: { unit: 'calls', kind: 'counter', source: 'script', about: 'calls that a VU began' },
  load_calls_completed: {
    unit: 'calls',
    kind: 'counter',
    source: 'script',
    about: 'calls that went from end to end as their scenario means it',
  },
  load_calls_failed: {
    unit: 'calls',
    kind: 'counter',
    source: 'script',
    about: 'calls that did not; the tag reason says at which step',
  },
  load_lateness: {
    unit: 'ms',
    kind: 'trend',
    source: 'script',
    about: 'by how much a sleep of a VU that does nothing else was too long: the lateness of the generator itself',
  },
  load_placed: {
    unit: 'ms',
    kind: 'trend',
    source: 'script',
    about: 'REST request for a call to its INVITE at the callee',
  },
  load_score: {
    unit: '0..1',
    kind: 'trend',
    source: 'script',
    about: 'similarity of what a leg heard to what it should have heard',
  },
  sip_call_setup_time: { unit: 'ms', kind: 'trend', source: 'sip', about: 'INVITE to 200, answered outgoing calls' },
  sip_post_dial_delay: { unit: 'ms', kind: 'trend', source: 'sip', about: 'INVITE to the first 18x' },
  sip_invite_delivery_time: {
    unit: 'ms',
    kind: 'trend',
    source: 'sip',
    about: 'INVITE of the caller to INVITE at the callee',
  },
  sip_retransmissions: { unit: 'requests', kind: 'counter', source: 'sip', about: 'messages that were sent again' },
  rtp_packets_sent: { unit: 'packets', kind: 'counter', source: 'sip', about: 'RTP sent, told when a leg ends' },
  rtp_packets_received: {
    unit: 'packets',
    kind: 'counter',
    source: 'sip',
    about: 'RTP received, told when a leg ends',
  },
  rtp_packets_lost: {
    unit: 'packets',
    kind: 'counter',
    source: 'sip',
    about: 'RTP lost, by sequence numbers (RFC 3550)',
  },
  rtp_jitter: { unit: 'ms', kind: 'trend', source: 'sip', about: 'interarrival jitter of a leg (RFC 3550)' },
  rtp_audio_heard: { unit: 'share', kind: 'rate', source: 'sip', about: 'legs that heard audio' },
  http_req_duration: { unit: 'ms', kind: 'trend', source: 'k6', about: 'a REST operation, by its name' },
  http_req_failed: {
    unit: 'share',
    kind: 'rate',
    source: 'k6',
    about: 'REST operations with another status than is due',
  },
  dropped_iterations: {
    unit: 'iterations',
    kind: 'counter',
    source: 'k6',
    about: 'calls that were due and had no VU, since all were still busy',
  },
} as const satisfies Readonly<Record<string, MetricRow>>;

export type MetricName = keyof typeof metrics;
export const isMetric = (name: string): name is MetricName => Object.hasOwn(metrics, name);
