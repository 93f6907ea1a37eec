import { lookup } from 'node:dns/promises';
import {
  defaultSettings,
  Endpoint,
  type EndpointEvent,
  type EndpointOutput,
  type EndpointSettings,
  type IdSource,
  type Listener,
  type Path,
  type Protocol,
} from '../endpoint.ts';
import type { ParseWarning } from '../message/index.ts';
import { addressTowards, isOwnAddress } from './addresses.ts';
import { openTcp, type TcpTransport } from './tcp.ts';
import type { StreamLimits, Transport, TransportSink } from './types.ts';
import { openUdp } from './udp.ts';

/** Addresses of a host name, best first; empty when it has none. */
export type Resolver = (host: string) => Promise<string[]>;

interface DriverOptions {
  listen: readonly { protocol: Protocol; host: string; port: number }[];
  ids: IdSource;
  settings?: Partial<EndpointSettings>;
  limits?: StreamLimits;
  resolve?: Resolver;
  onEvent: (event: EndpointEvent) => void;
  /** Neither a dialog nor an open request is left. */
  onIdle?: () => void;
  /** A message was taken although it is not as it should be. */
  onWarning?: (from: Path, warnings: readonly ParseWarning[]) => void;
  /** A fault of this program while it handled one thing; other calls go on. */
  onFault: (fault: unknown) => void;
}

const systemResolver: Resolver = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/** Longest delay that a timer of Node takes. */
const farAhead = 2 ** 31 - 1;

/** Runs an endpoint on real sockets, with one timer for all that it waits for. */
export class EndpointDriver {
  readonly endpoint: Endpoint;
  readonly listeners: readonly Listener[];
  private readonly transports: ReadonlyMap<Listener, Transport>;
  private readonly resolve: Resolver;
  private readonly onEvent: (event: EndpointEvent) => void;
  private readonly onFault: (fault: unknown) => void;
  private readonly onIdle: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Number.POSITIVE_INFINITY;
  private busy = false;
  private closed = false;

  private constructor(transports: readonly Transport[], options: DriverOptions) {
    this.transports = new Map(transports.map((each) => [each.listener, each]));
    this.listeners = transports.map((each) => each.listener);
    this.resolve = options.resolve ?? systemResolver;
    this.onEvent = options.onEvent;
    this.onIdle = options.onIdle;
    this.onFault = options.onFault;
    const settings = { ...defaultSettings, addressTowards, isOwnAddress, ...options.settings };
    this.endpoint = new Endpoint(settings, this.listeners, options.ids);
  }

  /** Binds all sockets; rejects with a `ListenError` when one cannot be bound, and leaves none open then. */
  static async open(options: DriverOptions): Promise<EndpointDriver> {
    let driver: EndpointDriver | undefined;
    const sink: TransportSink = {
      receive: (from, parsed, size) => {
        if (parsed.ok && parsed.warnings.length > 0) options.onWarning?.(from, parsed.warnings);
        driver?.do((endpoint, now) => endpoint.receive(now, from, parsed, size));
      },
    };
    const transports: Transport[] = [];
    try {
      for (const { protocol, host, port } of options.listen) {
        const open = protocol === 'udp' ? openUdp(host, port, sink) : openTcp(host, port, sink, options.limits);
        transports.push(await open);
      }
    } catch (error) {
      await Promise.all(transports.map((each) => each.close()));
      throw error;
    }
    driver = new EndpointDriver(transports, options);
    return driver;
  }

  /**
   * Gives the endpoint something to do and carries out what comes of it. May be called from within `onEvent`. A fault in it
   * is reported and goes no further: it must not end the other calls.
   */
  do(work: (endpoint: Endpoint, now: number) => void): void {
    if (this.closed) return;
    this.guarded(() => work(this.endpoint, performance.now()));
    if (this.busy) return;
    this.busy = true;
    for (let outputs = this.endpoint.outputs(); outputs.length > 0; outputs = this.endpoint.outputs()) {
      for (const output of outputs) this.guarded(() => this.carryOut(output));
    }
    this.busy = false;
    this.arm();
    if (this.onIdle !== undefined && this.endpoint.idle) this.onIdle();
  }

  /** The address that other machines know a listener by. */
  visibleAddress(listener: Listener, remote = ''): string {
    const wildcard = listener.address === '0.0.0.0' || listener.address === '::';
    return wildcard ? addressTowards(remote) : listener.address;
  }

  /** Open TCP connections. */
  get connections(): number {
    let count = 0;
    for (const transport of this.transports.values()) {
      if ('connections' in transport) count += (transport as TcpTransport).connections;
    }
    return count;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await Promise.all([...this.transports.values()].map((each) => each.close()));
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (fault) {
      this.onFault(fault);
    }
  }

  private carryOut(output: EndpointOutput): void {
    switch (output.type) {
      case 'send': {
        const { to, bytes, transaction } = output;
        this.transports.get(to.local)?.send(to, bytes, () => {
          if (transaction !== undefined) this.do((endpoint, now) => endpoint.sendFailed(now, transaction));
        });
        break;
      }
      case 'resolve':
        this.resolve(output.host).then(
          (addresses) => this.do((endpoint, now) => endpoint.resolved(now, output.id, addresses)),
          () => this.do((endpoint, now) => endpoint.resolved(now, output.id, [])),
        );
        break;
      case 'event':
        this.onEvent(output.event);
        break;
      default:
        output satisfies never;
    }
  }

  /** A timer that is armed for earlier stays: it finds nothing due and arms anew, which is rarer than arming each time. */
  private arm(): void {
    const next = this.endpoint.nextTimeout();
    if (next === undefined || next >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = next;
    const delay = Math.min(Math.max(1, Math.ceil(next - performance.now())), farAhead);
    this.timer = setTimeout(() => {
      // Node runs timers before it reads sockets: what came while JavaScript was busy is to be taken first.
      setImmediate(() => {
        this.timerAt = Number.POSITIVE_INFINITY;
        this.do((endpoint, now) => endpoint.handleTimeout(now));
      });
    }, delay);
  }
}
