/**
 * A SIP end of the suite that says exactly what a scenario wants it to say, byte for byte: for what SIPp cannot or will
 * not send (broken messages, chosen sockets, retransmissions), and for many short exchanges without a process each.
 */
import type { Link } from '../../drivers/outside/types.ts';
import { RanOut } from '../../drivers/ran-out.ts';
import { describe, header, headers, body as messageBody } from '../../drivers/sipp/message-log.ts';
import type { TestContext } from '../../harness/types.ts';

/** A message as it came. */
export interface WireMessage {
  readonly raw: string;
  /** Arrival on the run's clock, ms. */
  readonly at: number;
  /** Of a response: that of its CSeq. */
  readonly method: string;
  readonly status?: number;
  /** First value of a header, in its long or compact form. */
  header(name: string, compact?: string): string | undefined;
  /** All values, one a line. */
  headers(name: string, compact?: string): readonly string[];
  readonly body: string;
}

export interface Wire {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'UDP' | 'TCP';
  /** A UUID that nobody else has. */
  newId(): string;
  /** Bytes as they are: one datagram, or one write on the connection. */
  send(message: string | Uint8Array): Promise<void>;
  received(): readonly WireMessage[];
  /** The first message from number `from` on, past or future, that fits. Rejects with what came instead. */
  waitFor(
    what: string,
    fits: (message: WireMessage) => boolean,
    options?: { readonly within?: number; readonly from?: number },
  ): Promise<WireMessage>;
  /** Waits so long; gives the messages that fit, of those that came meanwhile or from number `from` on: 0 for what may never come. */
  watch(
    ms: number,
    fits?: (message: WireMessage) => boolean,
    options?: { readonly from?: number },
  ): Promise<readonly WireMessage[]>;
}

/** Opens an end, hands it over and closes it, whatever happens. */
export async function onWire<T>(
  ctx: TestContext,
  options: {
    readonly name?: string;
    readonly transport?: 'UDP' | 'TCP';
    /** Of UDP; default: any that is free. */
    readonly port?: number;
    /** Address of ours that datagrams are sent from. Default: that of the suite. */
    readonly host?: string;
  },
  use: (wire: Wire) => Promise<T>,
): Promise<T> {
  const { name = 'wire', transport = 'UDP', port = 0, host = ctx.target.suite.host } = options;
  const { outside } = ctx.harness;
  const { sip, suite } = ctx.target;
  const link =
    transport === 'UDP' ? await outside.udpLink(sip, { host, port }) : await outside.tcpLink(sip, suite.host);
  try {
    return await use(wireOn(ctx, name, transport, link));
  } finally {
    link.close();
  }
}

/** What a wire needs of the context of a scenario. */
export type AroundWire = Pick<TestContext, 'newId' | 'record'> & {
  readonly target: { readonly timers: { readonly stepMs: number } };
  readonly harness: {
    readonly clock: Pick<TestContext['harness']['clock'], 'now'>;
    readonly outside: Pick<TestContext['harness']['outside'], 'after' | 'sleep'>;
  };
};

/** A wire on an end that is open. */
export function wireOn(ctx: AroundWire, name: string, transport: 'UDP' | 'TCP', link: Link): Wire {
  const received: WireMessage[] = [];
  const waiting = new Set<() => void>();
  const record = (text: string, direction: 'sent' | 'received'): void => {
    const at = ctx.harness.clock.now();
    const detail = describe(name, text, at, direction);
    const summary =
      detail === undefined
        ? text.slice(0, Math.max(text.search(/\r?\n/), 0))
        : detail.status === undefined
          ? detail.method
          : `${detail.status} ${detail.reason ?? ''} (${detail.method})`;
    const [from, to] = direction === 'sent' ? [name, 'target'] : ['target', name];
    const plain = { type: 'sip', leg: name, callId: '', method: '', raw: text } as const;
    ctx.record({ at, kind: 'sip', from, to, summary, detail: detail ?? plain });
    if (direction === 'sent' || detail === undefined) return;
    received.push({
      raw: text,
      at,
      method: detail.method,
      ...(detail.status === undefined ? {} : { status: detail.status }),
      header: (wanted, compact) => header(text, wanted, compact),
      headers: (wanted, compact) => headers(text, wanted, compact),
      body: messageBody(text),
    });
    for (const look of [...waiting]) look();
  };
  link.onMessage((text) => record(text, 'received'));
  return {
    name,
    host: link.host,
    port: link.port,
    transport,
    newId: () => ctx.newId(),
    send: async (message) => {
      const bytes = typeof message === 'string' ? Buffer.from(message, 'utf8') : message;
      record(Buffer.from(bytes).toString('utf8'), 'sent');
      await link.send(bytes);
    },
    received: () => received,
    waitFor: (what, fits, { within = ctx.target.timers.stepMs, from = 0 } = {}) => {
      const found = Promise.withResolvers<WireMessage>();
      const look = (): void => {
        const message = received.slice(from).find(fits);
        if (message === undefined) return;
        done();
        found.resolve(message);
      };
      const stopTimer = ctx.harness.outside.after(within, () => {
        done();
        const came = received.slice(from).map((message) => `${message.status ?? ''} ${message.method}`.trim());
        const instead = came.length === 0 ? 'nothing came' : `there came ${came.join(', ')}`;
        found.reject(new RanOut(`${name}: no ${what} within ${within / 1000} s; ${instead}`, within));
      });
      const done = (): void => {
        stopTimer();
        waiting.delete(look);
      };
      waiting.add(look);
      look();
      return found.promise;
    },
    watch: async (ms, fits = () => true, { from = received.length } = {}) => {
      await ctx.harness.outside.sleep(ms);
      return received.slice(from).filter(fits);
    },
  };
}
