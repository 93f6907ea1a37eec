import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics, type Metrics, type Sources } from './metrics.ts';

const sources: Sources = {
  session: () => ({ sessions: 3, legs: 4, connections: 2, timers: 9 }),
  callbacks: () => ({ waiting: 1, underWay: 2, connections: 5 }),
  media: () => ({
    endpoints: 4,
    ports: 4,
    players: 1,
    workers: 2,
    packetsSent: 1000,
    packetsReceived: 900,
    packetsIgnored: 7,
    ticksSkipped: 0,
    cacheBytes: 64_000,
  }),
  engine: () => ({ dialogs: 4, pending: 1, transactions: 6, proxies: 0, timers: 12, connections: 2, apps: 1 }),
  httpConnections: async () => 8,
  cluster: () => ({ nodes: 2, directoryUp: true, reported: 50, lost: 1 }),
};

let metrics: Metrics | undefined;
const create = (from: Sources = sources): Metrics => {
  metrics = createMetrics(from);
  return metrics;
};
afterEach(() => metrics?.close());

const own = async (from: Metrics): Promise<string[]> =>
  (await from.expose()).text.split('\n').filter((line) => line.startsWith('mediaservice_'));

describe('/metrics', () => {
  it('reads the counts of the parts when it is asked', async () => {
    const lines = await own(create());
    expect(lines).toEqual(
      expect.arrayContaining([
        'mediaservice_sessions 3',
        'mediaservice_callback_sockets 5',
        'mediaservice_rtp_packets_sent_total 1000',
        'mediaservice_sip_transactions 6',
        'mediaservice_rest_sockets 8',
        'mediaservice_nodes 2',
        'mediaservice_directory_up 1',
        'mediaservice_sessions_reported_total 50',
        'mediaservice_sessions_lost_total 1',
      ]),
    );
    // A counter that is set from outside must not add up from one scrape to the next.
    expect(await own(create())).toContain('mediaservice_rtp_packets_sent_total 1000');
  });

  it('scraped twice shows the same', async () => {
    const twice = create();
    expect(await own(twice)).toEqual(await own(twice));
  });

  it('counts what is told', async () => {
    const told = create();
    told.rest({ operation: 'hangupCall', status: 200, seconds: 0.02 });
    told.callback({ name: 'newCall', domain: 'a', result: 'timeout', seconds: 2 });
    told.call({ direction: 'inbound', domain: 'a' });
    told.alarm({ type: 'callEventError', error: 'Invalid sip address: sip:bob@x', domain: 'a' });
    told.forwarded('answered');
    told.sessionEnd({ reason: 'completed', domain: 'a', seconds: 12 });
    expect(await own(told)).toEqual(
      expect.arrayContaining([
        'mediaservice_rest_request_seconds_count{operation="hangupCall",status="200"} 1',
        'mediaservice_callback_seconds_bucket{le="2.5",name="newCall",domain="a",result="timeout"} 1',
        'mediaservice_calls_total{direction="inbound",domain="a"} 1',
        'mediaservice_alarms_total{type="callEventError",error="Invalid sip address",domain="a"} 1',
        'mediaservice_forwards_total{result="answered"} 1',
        'mediaservice_session_seconds_sum{reason="completed",domain="a"} 12',
      ]),
    );
  });

  it('does without the embedded engines', async () => {
    const lines = await own(create({ ...sources, media: () => undefined, engine: () => undefined }));
    expect(lines).toEqual(
      expect.arrayContaining(['mediaservice_sip_dialogs 0', 'mediaservice_rtp_packets_sent_total 0']),
    );
  });

  it('brings the event-loop lag', async () => {
    expect((await create().expose()).text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });

  // Of the open files prom-client knows on Linux alone.
  it
    .skipIf(process.platform !== 'linux')
    .each([
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_open_fds',
      'nodejs_heap_size_used_bytes',
      'nodejs_heap_space_size_used_bytes{space="old"}',
      'nodejs_active_resources{type="Timeout"}',
    ])('brings what a load test reads of the process: %s', async (name) => {
    const timer = setTimeout(() => undefined, 60_000);
    const { text } = await create().expose();
    clearTimeout(timer);
    expect(text.split('\n').find((line) => line.startsWith(`${name} `))).toMatch(/ \d[\d.e+]*$/);
  });

  it('has every name in docs/metrics.md, and no other is there', async () => {
    const text = await readFile(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
    const documented = [...text.matchAll(/^\| `(mediaservice_\w+)` \| (\w+) \|([^|]*)\|/gm)].map(
      ([, name, kind, labels = '']) => [name, kind, labels.trim()],
    );
    const registered = create()
      .registry.getMetricsAsArray()
      .flatMap((metric) => {
        const {
          name,
          type,
          labelNames = [],
        } = metric as unknown as { name: string; type: string; labelNames?: string[] };
        return name.startsWith('mediaservice_') ? [[name, type, labelNames.join(', ')]] : [];
      });
    expect(documented.map(([name]) => name).toSorted()).toEqual(registered.map(([name]) => name).toSorted());
    const kinds = new Map(registered.map(([name, , labels]) => [name, labels]));
    expect(documented.filter(([name = '', , labels]) => kinds.get(name) !== labels)).toEqual([]);
  });
});
