import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { PCMU } from './core/g711.ts';
import { buildRtcp } from './core/rtcp.ts';
import { buildRtp, createRtpView, type RtpView, readRtp, type Ssrc } from './core/rtp.ts';
import { PromptSource } from './core/sources.ts';
import { Endpoint } from './endpoint.ts';
import type { Lanes } from './lanes.ts';
import { COUNTERS, Counter, type EndpointId, type RemoteStream } from './messages.ts';

const me = 2 as EndpointId;
const other = 4 as EndpointId;
const remote: RemoteStream = {
  address: '192.0.2.7',
  port: 4000,
  rtcpPort: 4001,
  codec: 'PCMU',
  payloadType: 0,
  telephoneEvent: 101,
  telephoneEventIn: 101,
  ptime: 20,
  send: true,
  receive: true,
};

let counters: Float64Array;
let happened: string[];
let sent: { view: RtpView; payload: number[]; to: string }[];
let endpoint: Endpoint;
let step: number;
/** Where lanes were opened to. */
let opened: string[];
/** Lanes that told what had passed, and reports that were sent. */
let told: string[];

beforeEach(() => {
  counters = new Float64Array(COUNTERS);
  happened = [];
  sent = [];
  step = 0;
  opened = [];
  told = [];
  endpoint = new Endpoint(
    me,
    {
      counters,
      now: () => step * 10,
      player: (event) => happened.push(event.type),
      dtmf: (digit, source) => happened.push(`${source} ${digit}`),
      rtpTimeout: () => happened.push('timeout'),
      here: { address: '192.0.2.1', port: 6000 },
      lanes,
    },
    1000,
    0,
  );
  endpoint.attach({
    sendRtp: (packet, length, port, address) => {
      const view = createRtpView();
      expect(readRtp(packet.subarray(0, length), view)).toBe(true);
      sent.push({ view, payload: [...packet.subarray(view.payloadStart, length)], to: `${address}:${port}` });
    },
    sendRtcp: () => void told.push('report'),
    close: () => Promise.resolve(),
  });
});

const lanes: Lanes = {
  kind: 'typescript',
  ready: 0,
  routed: 0,
  ending: 0,
  open: ({ toAddress, toPort }) => {
    opened.push(`${toAddress}:${toPort}`);
    return {
      ready: false,
      send: () => undefined,
      route: () => undefined,
      settle: () => void told.push('passed'),
      close: async () => {},
    };
  },
  work: () => 0,
  close: async () => {},
};

/** Lets so many milliseconds go by. */
function run(milliseconds: number): void {
  for (const end = step + milliseconds / 10; step < end; ) endpoint.tick(++step, step * 10);
}

const packet = (payloadType: number, sequence: number, payload: Uint8Array = new Uint8Array(160).fill(0xff)) =>
  buildRtp({ marker: false, payloadType, sequence, timestamp: sequence * 160, ssrc: 5 as Ssrc, payload });
const receive = (bytes: Uint8Array, port = 4000): void => endpoint.receiveRtp(bytes, '192.0.2.7', port, step * 10);

describe('an endpoint', () => {
  it('sends nothing before it knows where to, then a packet each 20 ms', () => {
    run(100);
    expect(sent).toEqual([]);
    endpoint.setRemote(remote, 0);
    run(200);
    expect(sent).toHaveLength(10);
    expect(sent.every(({ to, payload }) => to === '192.0.2.7:4000' && payload.every((octet) => octet === 0xff))).toBe(
      true,
    );
    expect(counters[Counter.packetsSent]).toBe(10);
  });

  it('accounts for what has passed before it says goodbye', async () => {
    endpoint.setRemote(remote, 0);
    for (let sequence = 0; sequence < 20; sequence++) receive(packet(0, sequence));
    run(1000);
    expect(opened).toHaveLength(1);
    told = [];
    await endpoint.close(step * 10);
    expect(told).toEqual(['passed', 'report']);
  });

  it('opens no lane to a place that nothing has come from', () => {
    endpoint.setRemote(remote, 0);
    run(1000);
    expect(opened).toEqual([]);
    for (let sequence = 0; sequence < 20; sequence++) receive(packet(0, sequence), 4444);
    run(1000);
    expect(opened).toEqual(['192.0.2.7:4444']);
  });

  it('marks the first packet and the first after a hold; time goes on meanwhile', () => {
    endpoint.setRemote(remote, 0);
    run(40);
    endpoint.setRemote({ ...remote, send: false }, 40);
    run(100);
    endpoint.setRemote(remote, 140);
    run(40);
    expect(sent.map(({ view }) => view.marker)).toEqual([true, false, true, false]);
    const [, before, after] = sent.map(({ view }) => view);
    expect(after && before && (after.timestamp - before.timestamp) >>> 0).toBe(6 * 160);
    expect(after && before && (after.sequence - before.sequence) & 0xffff).toBe(1);
  });

  it('misses a far end that sends nothing, but not one that sends comfort noise or is on hold', () => {
    endpoint.setRemote(remote, 0);
    for (let sequence = 0; sequence < 30; sequence++) {
      receive(packet(13, sequence, Uint8Array.of(60)));
      run(100);
    }
    for (const held of [{ receive: false }, { send: false }]) {
      endpoint.setRemote({ ...remote, ...held }, step * 10);
      run(3000);
    }
    expect(happened).toEqual([]);
    endpoint.setRemote(remote, step * 10);
    run(3000);
    expect(happened).toEqual(['timeout']);
    receive(packet(0, 100));
    run(3000);
    expect(happened).toEqual(['timeout', 'timeout']);
  });

  it('lets RTCP stand for a far end that pauses with comfort noise, not for one that is just silent', () => {
    const report = buildRtcp({ ssrc: 5 as Ssrc, cname: 'far', reports: [] });
    const silent = (): void => {
      for (let i = 0; i < 20; i++) {
        run(100);
        endpoint.receiveRtcp(report, '192.0.2.7', 4001, step * 10);
      }
    };
    endpoint.setRemote(remote, 0);
    receive(packet(13, 1, Uint8Array.of(60)));
    silent();
    expect(happened).toEqual([]);
    receive(packet(0, 2));
    silent();
    expect(happened).toEqual(['timeout']);
  });

  describe('comfort noise of a joined leg', () => {
    const view = createRtpView();
    const noise = (sequence: number, ...payload: number[]): void => {
      readRtp(packet(13, sequence, Uint8Array.from(payload)), view);
      endpoint.noise(other, view, Uint8Array.from(payload));
    };
    const voice = new Uint8Array(160).fill(PCMU.encode[5000] ?? 0);
    const hear = (sequence: number, codec: 'PCMU' | 'PCMA'): void => {
      readRtp(packet(0, sequence, voice), view);
      endpoint.audio(other, view, voice, codec);
    };

    it.each([
      ['passed on', 'PCMU'],
      ['converted', 'PCMA'],
    ] as const)('is described to a far end that knows it, of a voice that is %s', (_, codec) => {
      endpoint.setRemote({ ...remote, comfortNoise: 97 }, 0);
      endpoint.hear([other], true);
      for (let n = 0; n < 50; n++) {
        hear(n, codec);
        run(20);
      }
      noise(50, 40, 100);
      run(1400);
      noise(120, 50);
      run(600);
      for (let n = 150; n < 200; n++) {
        hear(n, codec);
        run(20);
      }
      const kinds = sent.map(({ view: each, payload }) => (each.payloadType === 97 ? payload.join(' ') : 'voice'));
      // At once, again every half second, and when it changes.
      expect(kinds.filter((kind) => kind !== 'voice')).toEqual(['40 100', '40 100', '40 100', '50', '50']);
      const last = sent.findLastIndex(({ view: each }) => each.payloadType === 97);
      expect(sent[last + 1]?.view.marker).toBe(true);
      expect(sent.filter(({ view: each }) => each.marker)).toHaveLength(2);
      for (const [i, { view: each }] of sent.slice(1).entries()) {
        const before = sent[i]?.view;
        expect(before && (each.sequence - before.sequence) & 0xffff).toBe(1);
      }
      // The time of the pause is in the timestamps.
      const [first, end] = [sent[0]?.view.timestamp ?? 0, sent.at(-1)?.view.timestamp ?? 0];
      expect(Math.abs(((end - first) >>> 0) - 199 * 160)).toBeLessThanOrEqual(160);
    });

    it('is made to be heard for a far end that does not know it, or hears more than that', () => {
      endpoint.setRemote(remote, 0);
      endpoint.hear([other], true);
      noise(1, 40);
      run(400);
      endpoint.setRemote({ ...remote, comfortNoise: 13 }, 400);
      endpoint.player.add('job' as never, 1);
      endpoint.player.supply('job' as never, 0, new PromptSource(new Uint8Array(1600).fill(0x55), 'PCMU'));
      run(200);
      expect(sent.map(({ view: each }) => each.payloadType)).toEqual(Array(30).fill(0));
      run(200);
      // The packet after the last of what played shows that it was the last.
      expect(sent.slice(30).map(({ view: each }) => each.payloadType)).toEqual([0, 13]);
    });

    it('is nobody else’s matter while the far end is on hold', () => {
      endpoint.setRemote({ ...remote, comfortNoise: 13, send: false }, 0);
      endpoint.hear([other], true);
      noise(1, 40);
      run(1000);
      expect(sent).toEqual([]);
    });
  });

  it('counts what it ignores: other payload types, other sources, rubbish', () => {
    endpoint.setRemote(remote, 0);
    receive(packet(0, 1));
    receive(packet(34, 2));
    receive(packet(0, 3), 4444);
    receive(Uint8Array.of(1, 2, 3));
    expect([counters[Counter.packetsReceived], counters[Counter.packetsIgnored]]).toEqual([1, 3]);
  });

  it('hears nobody while the far end only listens', () => {
    endpoint.setRemote({ ...remote, receive: false }, 0);
    receive(packet(101, 1, Uint8Array.of(5, 10, 0, 160)));
    expect(happened).toEqual([]);
  });

  it('passes on packets of a joined leg unchanged, and mixes them once something plays', () => {
    endpoint.setRemote(remote, 0);
    endpoint.hear([other], true);
    run(20);
    const view = createRtpView();
    const voice = new Uint8Array(160).fill(PCMU.encode[5000] ?? 0);
    const hear = (sequence: number): void => {
      readRtp(packet(0, sequence, voice), view);
      endpoint.audio(other, view, voice, 'PCMU');
    };
    for (const sequence of [7, 8, 9]) {
      hear(sequence);
      run(20);
    }
    expect(sent.slice(1).map(({ payload }) => payload)).toEqual(Array(3).fill([...voice]));
    endpoint.player.add('job' as never, 1);
    endpoint.player.supply(
      'job' as never,
      0,
      new PromptSource(new Uint8Array(1600).fill(PCMU.encode[3000] ?? 0), 'PCMU'),
    );
    for (let sequence = 10; sequence < 18; sequence++) {
      hear(sequence);
      run(20);
    }
    const sum = PCMU.encode[(PCMU.decode[PCMU.encode[5000] ?? 0] ?? 0) + (PCMU.decode[PCMU.encode[3000] ?? 0] ?? 0)];
    expect(sent.at(-1)?.payload).toEqual(Array(160).fill(sum));
    const steps = sent.slice(1).map(({ view: each }, i) => (each.timestamp - (sent[i]?.view.timestamp ?? 0)) >>> 0);
    expect(new Set(steps)).toEqual(new Set([160]));
  });

  it('sends on to where SDP says while rubbish comes in from elsewhere on that host', () => {
    endpoint.setRemote(remote, 0);
    const rubbish = fc.sample(fc.uint8Array({ minLength: 12, maxLength: 40 }), { numRuns: 2000, seed: 1 });
    // The worst of rubbish: each packet is one of RTP with a payload type that is known.
    for (const bytes of rubbish) receive(Uint8Array.of(0x80, 0, ...bytes), 4444);
    run(100);
    expect(sent.map(({ to }) => to)).toEqual(Array(5).fill('192.0.2.7:4000'));
    expect([counters[Counter.packetsReceived], counters[Counter.packetsIgnored]]).toEqual([0, 2000]);
  });

  it('is not upset by anything that comes in', () => {
    endpoint.setRemote({ ...remote }, 0);
    endpoint.ear.echoing = true;
    endpoint.hear([other], true);
    endpoint.ear.listeners = [endpoint];
    const header = fc.tuple(fc.constantFrom(0x80, 0x90, 0xa0, 0xbf), fc.constantFrom(0, 8, 13, 101, 0x80, 0xe5));
    const shaped = fc
      .tuple(header, fc.uint8Array({ maxLength: 2000 }))
      .map(([start, rest]) => Uint8Array.of(...start, ...rest));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), shaped), (bytes) => {
        receive(bytes);
        endpoint.receiveRtcp(bytes, '192.0.2.7', 4001, 0);
        endpoint.audio(other, createRtpView(), bytes, 'PCMA');
        run(20);
      }),
      { numRuns: 500 },
    );
    expect(sent.length).toBeGreaterThan(400);
  });
});
