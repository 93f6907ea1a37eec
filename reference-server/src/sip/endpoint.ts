import { Core } from './endpoint/core.ts';
import { receive } from './endpoint/inbound.ts';
import { hangUp } from './endpoint/life.ts';
import { sendFailed } from './endpoint/outbound.ts';
import { proxy } from './endpoint/proxy.ts';
import { reject } from './endpoint/reply.ts';
import type {
  CommandRef,
  DialogKey,
  EndpointOutput,
  EndpointSettings,
  EndpointStats,
  IdSource,
  Listener,
  MessageParts,
  OwnerId,
  Path,
  ProxyOptions,
  RequestId,
} from './endpoint/types.ts';
import { cancel, request, requestInside } from './endpoint/uac.ts';
import { type Answer, UasRequest } from './endpoint/uas.ts';
import { Headers, noBody, type ParseResult } from './message/index.ts';
import type { TransactionId } from './transaction/index.ts';

export type * from './endpoint/types.ts';
export type { Answer } from './endpoint/uas.ts';

export const defaultSettings: Omit<EndpointSettings, 'addressTowards' | 'isOwnAddress'> = {
  timers: { t1: 500, t2: 4000, t4: 5000 },
  minSe: 90,
  defaultRefresher: 'uac',
  answerTimeout: 64_000,
  timerC: 181_000,
  extensions: [
    '100rel',
    'timer',
    'replaces',
    'norefersub',
    'path',
    'outbound',
    'gruu',
    'histinfo',
    'privacy',
    'tdialog',
  ],
  udpLimit: 1300,
};

/**
 * A SIP endpoint: transactions, dialogs and proxying, without socket and clock. Every method takes the time in milliseconds
 * on a clock that never goes back; `outputs` tells what is to be done after it, and `nextTimeout` when to call next.
 */
export class Endpoint {
  private readonly core: Core;

  constructor(settings: EndpointSettings, listeners: readonly Listener[], ids: IdSource) {
    this.core = new Core(settings, listeners, ids);
  }

  /** What is to be done now, in order; empties the list. */
  outputs(): EndpointOutput[] {
    return this.core.drain();
  }

  /** A datagram or a framed message, `size` bytes long. */
  receive(now: number, from: Path, parsed: ParseResult, size: number): void {
    this.core.now = now;
    receive(this.core, from, parsed, size);
  }

  /** A `send` that named this transaction could not be done. */
  sendFailed(now: number, transaction: TransactionId): void {
    this.core.now = now;
    const record = this.core.byTransaction.get(transaction);
    if (record?.side === 'client') sendFailed(this.core, record);
    else if (record !== undefined) this.core.carryOut(record, this.core.table.transportError(transaction, now));
  }

  /** Answer to `resolve`: addresses in the order to be tried, none when the name has none. */
  resolved(now: number, id: RequestId, addresses: readonly string[]): void {
    this.core.now = now;
    const then = this.core.resolving.get(id);
    this.core.resolving.delete(id);
    then?.(addresses);
  }

  nextTimeout(): number | undefined {
    const ours = this.core.deadlines.next();
    const transactions = this.core.table.nextTimeout();
    if (ours === undefined || transactions === undefined) return ours ?? transactions;
    return Math.min(ours, transactions);
  }

  /** Everything that is due. */
  handleTimeout(now: number): void {
    const { core } = this;
    core.now = now;
    for (const { id, outputs } of core.table.handleTimeouts(now)) {
      const record = core.byTransaction.get(id);
      if (record !== undefined) core.carryOut(record, outputs);
    }
    core.deadlines.run(now);
  }

  /** Says who answers a request that nobody had. */
  own(id: RequestId, owner: OwnerId): void {
    const server = this.core.servers.get(id);
    if (server !== undefined) server.owner = owner;
  }

  /** Answers a request that nobody wants. */
  reject(now: number, id: RequestId, status: number, headers = new Headers()): void {
    this.core.now = now;
    const server = this.core.servers.get(id);
    if (server !== undefined) reject(this.core, server, status, { headers });
  }

  /** Sends a response; `sent` carries what went out. */
  respond(now: number, ref: CommandRef, id: RequestId, answer: Answer): void {
    this.core.now = now;
    const user = this.core.servers.get(id)?.user;
    if (user instanceof UasRequest) user.respond(ref, answer);
    else this.core.refuse(ref, 'Response not sent due to unknown transaction');
  }

  /** Sends a request outside of any dialog. `hop`: URI of an outbound proxy. */
  request(now: number, ref: CommandRef, method: string, uri: string, parts: MessageParts, hop?: string): void {
    this.core.now = now;
    request(this.core, ref, method, uri, parts, hop);
  }

  /** Sends a request inside a dialog; ACK and PRACK too. */
  requestInside(now: number, ref: CommandRef, dialog: DialogKey, method: string, parts: MessageParts): void {
    this.core.now = now;
    requestInside(this.core, ref, dialog, method, parts);
  }

  /** Cancels an INVITE that was sent. */
  cancel(now: number, ref: CommandRef, id: RequestId, parts: MessageParts): void {
    this.core.now = now;
    cancel(this.core, ref, id, parts);
  }

  /** Proxies a request that was received and not answered. */
  proxy(now: number, ref: CommandRef, id: RequestId, options: ProxyOptions): void {
    this.core.now = now;
    const server = this.core.servers.get(id);
    if (server === undefined || server.status >= 200 || !(server.user instanceof UasRequest)) {
      this.core.refuse(ref, `Unknown transaction id: ${id}`);
    } else proxy(this.core, ref, server, options);
  }

  /** An owner is gone: what it has not answered gets 503, what it waits for is cancelled, its dialogs end with BYE. */
  release(now: number, owner: OwnerId): void {
    const { core } = this;
    core.now = now;
    for (const server of [...core.servers.values()]) {
      if (server.owner !== owner) continue;
      server.owner = undefined;
      if (server.user instanceof UasRequest) reject(core, server, 503);
    }
    for (const client of [...core.clients.values()]) {
      if (client.owner !== owner) continue;
      client.owner = undefined;
      if (client.request.method === 'INVITE')
        cancel(core, undefined, client.id, { headers: new Headers(), body: noBody });
    }
    for (const dialog of [...core.dialogs.values()]) {
      if (dialog.owner !== owner) continue;
      dialog.owner = undefined;
      if (dialog.dialog.state === 'confirmed') hangUp(core, dialog, 'SIP ;cause=503 ;text="Application gone"');
    }
  }

  /** From now on new requests outside of dialogs get 503. */
  drain(): void {
    this.core.draining = true;
  }

  /** Neither a dialog nor a request without its final response is left. */
  get idle(): boolean {
    return this.core.dialogs.size === 0 && this.core.pending === 0;
  }

  stats(): EndpointStats {
    const { core } = this;
    return {
      dialogs: core.dialogs.size,
      pending: core.pending,
      transactions: core.table.size,
      proxies: core.proxies,
      timers: core.deadlines.size,
    };
  }
}
