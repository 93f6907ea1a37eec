/** Parts of a server without SIP and RTP: a test plays the far end by dispatching events. */
import type { MediaEngine } from '../media/options.ts';
import { createLog } from '../observability/log.ts';
import type { Parts } from '../parts.ts';
import type { CallId, LegId } from '../session/ids.ts';
import type { MediaEvent } from '../session/ports/media-event.ts';
import type { InboundCall, SipEvent } from '../session/ports/sip.ts';
import type { Signalling } from '../signalling/index.ts';
import { memoryPrompts } from './memory-prompts.ts';

export interface FakeWorld {
  readonly parts: Partial<Parts>;
  /** `call leg` of every command to signalling, with the status where there is one. */
  readonly told: string[];
  sip(event: SipEvent): void;
  /** Names of what was closed, in order. */
  readonly closed: string[];
  readonly logged: Record<string, unknown>[];
}

export function fakeWorld(): FakeWorld {
  const told: string[] = [];
  const closed: string[] = [];
  const logged: Record<string, unknown>[] = [];
  let sip: (event: SipEvent) => void = () => {};
  let media: (event: MediaEvent) => void = () => {};

  const signalling: Signalling = {
    progress: (leg, status) => void told.push(`progress ${leg} ${status}`),
    answer: (leg) => {
      told.push(`answer ${leg}`);
      sip({ type: 'sip.confirmed', leg });
    },
    reject: (leg, status) => void told.push(`reject ${leg} ${status}`),
    invite: (leg) => void told.push(`invite ${leg}`),
    cancel: (leg) => void told.push(`cancel ${leg}`),
    hangup: (leg) => void told.push(`hangup ${leg}`),
    respondOffer: (leg) => void told.push(`respondOffer ${leg}`),
    reoffer: (leg) => void told.push(`reoffer ${leg}`),
    connected: async () => {},
    stats: () => ({ legs: 0, lingering: 0, servers: 1 }),
    close: async () => void closed.push('signalling'),
  };
  const engine: MediaEngine = {
    open: (leg) => media({ type: 'media.opened', leg, sdp: 'v=0' }),
    start: () => undefined,
    accept: () => {},
    update: () => {},
    play: () => {},
    stop: () => {},
    background: () => {},
    offer: () => {},
    watch: () => {},
    join: () => {},
    separate: () => {},
    listen: () => {},
    press: () => {},
    startRecording: () => {},
    stopRecording: () => {},
    close: () => {},
    stats: () => ({
      endpoints: 0,
      ports: 0,
      players: 0,
      workers: 0,
      packetsSent: 0,
      packetsReceived: 0,
      packetsIgnored: 0,
      packetsPassed: 0,
      ticksSkipped: 0,
      cacheBytes: 0,
    }),
    shutdown: async () => void closed.push('media'),
  };

  return {
    told,
    closed,
    logged,
    sip: (event) => sip(event),
    parts: {
      log: () => createLog('info', { write: (line) => logged.push(JSON.parse(line)) }),
      prompts: () => memoryPrompts(),
      tts: () => ({
        speak: async () => ({ wav: new Uint8Array(), key: '' }),
        close: async () => void closed.push('tts'),
      }),
      media: ({ onEvent }) => {
        media = onEvent;
        return engine;
      },
      engine: async ({ sip: listeners }) => ({
        sipAddresses: listeners.map(({ protocol, host, port }) => ({ protocol, address: host, port })),
        appAddress: { host: '127.0.0.1', port: 1 },
        stats: () => ({ dialogs: 0, pending: 0, transactions: 0, proxies: 0, timers: 0, connections: 0, apps: 1 }),
        drain: async () => {},
        close: async () => void closed.push('engine'),
      }),
      signalling: ({ dispatch }) => {
        sip = dispatch;
        return signalling;
      },
    },
  };
}

export const inboundCall = (leg: string, host: string, more: Partial<InboundCall> = {}): SipEvent => ({
  type: 'sip.incoming',
  call: {
    leg: leg as LegId,
    sipCallId: `call-${leg}` as CallId,
    requestUri: `sip:1000@${host}`,
    called: { user: '1000', host },
    from: { user: '2000', host: 'phone.example' },
    private: false,
    diversion: [],
    xHeaders: {},
    pHeaders: {},
    sourceAddress: '127.0.0.1',
    sdp: 'v=0',
    ...more,
  },
});
