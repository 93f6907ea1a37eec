import {
  defaultSettings,
  Endpoint,
  type EndpointEvent,
  type EndpointSettings,
  type Listener,
  type Path,
} from '../sip/endpoint.ts';
import { parseMessage } from '../sip/message/index.ts';

/** A small generator with a seed (mulberry32): the same seed gives the same network. Uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Shares of datagrams from 0 to 1; delays in milliseconds. What overtakes comes from the spread of delays. */
export interface Weather {
  loss: number;
  duplication: number;
  minDelay: number;
  maxDelay: number;
}

interface Happening {
  at: number;
  order: number;
  run: () => void;
}

export interface Station {
  readonly endpoint: Endpoint;
  readonly listener: Listener;
  /** Does something with the endpoint at the network's time. */
  do(work: (endpoint: Endpoint, now: number) => void): void;
}

/** Endpoints on a network that loses, repeats and reorders datagrams, on a clock of its own. */
export class LossyNetwork {
  now = 0;
  sent = 0;
  lost = 0;
  private readonly random: () => number;
  private readonly weather: Weather;
  private readonly stations: { station: Station; flush: () => void }[] = [];
  private readonly agenda: Happening[] = [];
  private order = 0;

  constructor(seed: number, weather: Weather) {
    this.random = seeded(seed);
    this.weather = weather;
  }

  /** A new endpoint at `address`:5060. */
  add(
    address: string,
    onEvent: (event: EndpointEvent, station: Station) => void,
    settings: Partial<EndpointSettings> = {},
  ): Station {
    const listener: Listener = { protocol: 'udp', address, port: 5060 };
    let last = 0;
    const ids = {
      token: () => `${address.replaceAll('.', '-')}-${++last}`,
      number: () => 1 + Math.floor(this.random() * (2 ** 31 - 1)),
    };
    const fixed = { addressTowards: () => address, isOwnAddress: (other: string) => other === address };
    const endpoint = new Endpoint({ ...defaultSettings, ...fixed, ...settings }, [listener], ids);
    const flush = (): void => {
      for (let outputs = endpoint.outputs(); outputs.length > 0; outputs = endpoint.outputs()) {
        for (const output of outputs) {
          if (output.type === 'send') this.carry(listener, output.to, output.bytes);
          else if (output.type === 'event') onEvent(output.event, station);
        }
      }
    };
    const station: Station = {
      endpoint,
      listener,
      do: (work) => {
        work(endpoint, this.now);
      },
    };
    this.stations.push({ station, flush });
    return station;
  }

  /** Has something happen `delay` milliseconds from now. */
  after(delay: number, run: () => void): void {
    this.agenda.push({ at: this.now + delay, order: ++this.order, run });
  }

  /** Lets time pass until nothing is left to happen, or `until`. */
  run(until: number): void {
    for (;;) {
      for (const { flush } of this.stations) flush();
      this.agenda.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.agenda[0];
      const timeouts = this.stations.map(({ station }) => station.endpoint.nextTimeout() ?? Number.POSITIVE_INFINITY);
      const at = Math.min(next?.at ?? Number.POSITIVE_INFINITY, ...timeouts);
      if (at > until) return;
      this.now = Math.max(this.now, at);
      if (next !== undefined && next.at <= at) {
        this.agenda.shift();
        next.run();
      } else {
        for (const { station } of this.stations) station.endpoint.handleTimeout(this.now);
      }
    }
  }

  private carry(from: Listener, to: Path, bytes: Uint8Array): void {
    const copies = this.random() < this.weather.duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.sent++;
      if (this.random() < this.weather.loss) {
        this.lost++;
        continue;
      }
      const { minDelay, maxDelay } = this.weather;
      this.after(minDelay + this.random() * (maxDelay - minDelay), () => this.deliver(from, to, bytes));
    }
  }

  private deliver(from: Listener, to: Path, bytes: Uint8Array): void {
    const target = this.stations.find(
      ({ station }) => station.listener.address === to.address && station.listener.port === to.port,
    );
    if (target === undefined) return;
    const path: Path = { protocol: 'udp', address: from.address, port: from.port, local: target.station.listener };
    target.station.endpoint.receive(this.now, path, parseMessage(bytes), bytes.byteLength);
  }
}
