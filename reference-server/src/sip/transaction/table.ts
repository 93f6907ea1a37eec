import { type SipMessage, type SipRequest, type SipResponse, tagOf } from '../message/index.ts';
import { InviteClientTransaction } from './invite-client.ts';
import { InviteServerTransaction } from './invite-server.ts';
import { clientKey, isOldKey, mergeKey, serverKey } from './keys.ts';
import { NonInviteClientTransaction } from './non-invite-client.ts';
import { NonInviteServerTransaction } from './non-invite-server.ts';
import { Schedule } from './schedule.ts';
import type { Output, Routing, TimerSettings, Transaction, TransactionId } from './types.ts';
import { defaultTimers } from './types.ts';

interface Stepped {
  id: TransactionId;
  outputs: Output[];
}

interface Entry {
  transaction: Transaction;
  merge: string | undefined;
  /** The earliest time at which the schedule has this entry; later ones wait until then. */
  scheduled: number | undefined;
}

/** All transactions of an endpoint: matching (RFC 3261 17.1.3, 17.2.3) and one clock for their timers. */
export class TransactionTable {
  private readonly timers: TimerSettings;
  private readonly entries = new Map<TransactionId, Entry>();
  /** Server transactions that nobody has refused, by what RFC 3261 8.2.2.2 compares. */
  private readonly merges = new Map<string, TransactionId>();
  private readonly schedule = new Schedule<TransactionId>();

  constructor(timers: TimerSettings = defaultTimers) {
    this.timers = timers;
  }

  get size(): number {
    return this.entries.size;
  }

  get(id: TransactionId): Transaction | undefined {
    return this.entries.get(id)?.transaction;
  }

  /**
   * A new client transaction and its first transmission. The topmost Via of the request must have a branch that no other
   * has: undefined otherwise. ACK of a 2xx makes none (RFC 3261 17.1.1.3): undefined too.
   */
  request(request: SipRequest, reliable: boolean, now: number): Stepped | undefined {
    const id = clientKey(request);
    if (id === undefined || request.method === 'ACK' || this.entries.has(id)) return undefined;
    const options = { request, reliable, timers: this.timers };
    const transaction =
      request.method === 'INVITE'
        ? new InviteClientTransaction(options, now)
        : new NonInviteClientTransaction(options, now);
    this.entries.set(id, { transaction, merge: undefined, scheduled: undefined });
    return { id, outputs: this.settle(id, transaction.start(now)) };
  }

  /** A message from the network. `reliable` tells whether its transport is. */
  receive(message: SipMessage, reliable: boolean, now: number): Routing {
    return message.kind === 'response'
      ? this.receiveResponse(message, now)
      : this.receiveRequest(message, reliable, now);
  }

  private receiveResponse(response: SipResponse, now: number): Routing {
    const id = clientKey(response);
    if (id === undefined) return { type: 'unmatchable', message: response };
    const transaction = this.get(id);
    if (transaction?.side !== 'client') return { type: 'stray', response };
    return { type: 'existing', id, outputs: this.settle(id, transaction.receive(response, now)) };
  }

  private receiveRequest(request: SipRequest, reliable: boolean, now: number): Routing {
    const id = serverKey(request);
    if (id === undefined) return { type: 'unmatchable', message: request };
    const transaction = this.get(id);
    if (transaction?.side === 'server' && !this.isOldAckOfAnother(id, transaction, request)) {
      return { type: 'existing', id, outputs: this.settle(id, transaction.receive(request, now)) };
    }
    // 17.2.3, 13.3.1.4: an ACK never makes a transaction.
    if (request.method === 'ACK') return { type: 'ack', request };
    return this.open(id, request, reliable, now);
  }

  /** 17.2.3: the ACK of an RFC 2543 client belongs to the response whose To tag it has. */
  private isOldAckOfAnother(id: TransactionId, transaction: Transaction, request: SipRequest): boolean {
    if (request.method !== 'ACK' || !isOldKey(id) || !(transaction instanceof InviteServerTransaction)) return false;
    const sent = transaction.response;
    return sent !== undefined && tagOf(sent.headers.get('To') ?? '') !== tagOf(request.headers.get('To') ?? '');
  }

  private open(id: TransactionId, request: SipRequest, reliable: boolean, now: number): Routing {
    const merge = mergeKey(request);
    const original = merge === undefined ? undefined : this.merges.get(merge);
    const options = { request, reliable, timers: this.timers };
    const transaction =
      request.method === 'INVITE'
        ? new InviteServerTransaction(options, now)
        : new NonInviteServerTransaction(options, now);
    this.entries.set(id, { transaction, merge, scheduled: undefined });
    if (merge !== undefined && original === undefined) this.merges.set(merge, id);
    const outputs = this.settle(id, transaction.start(now));
    if (original !== undefined) return { type: 'merged', id, request, outputs, original };
    const routing: Routing = { type: 'new', id, request, outputs };
    // 9.2: CANCEL speaks of the INVITE that has the same branch.
    const target = request.method === 'CANCEL' ? serverKey(request, 'INVITE') : undefined;
    return target !== undefined && this.entries.has(target) ? { ...routing, cancels: target } : routing;
  }

  /** A merged request is taken all the same: from now on it is the one that others are merged with. RFC 3261 16.3. */
  admit(id: TransactionId): void {
    const merge = this.entries.get(id)?.merge;
    if (merge !== undefined) this.merges.set(merge, id);
  }

  /** A response of the transaction user; nothing when the transaction is over or is none of a server. */
  respond(id: TransactionId, response: SipResponse, now: number): Output[] {
    const transaction = this.get(id);
    if (transaction?.side !== 'server') return [];
    // What was refused may be tried again with the same CSeq, by a proxy that follows a redirection or forks in sequence.
    if (response.status >= 300) this.unmerge(id);
    return this.settle(id, transaction.send(response, now));
  }

  transportError(id: TransactionId, now: number): Output[] {
    const transaction = this.get(id);
    return transaction === undefined ? [] : this.settle(id, transaction.transportError(now));
  }

  /** When `handleTimeouts` is due. */
  nextTimeout(): number | undefined {
    for (let first = this.schedule.peek(); first !== undefined; first = this.schedule.peek()) {
      const entry = this.entries.get(first.key);
      if (entry?.scheduled === first.at && entry.transaction.nextTimeout() === first.at) return first.at;
      this.schedule.pop();
      if (entry?.scheduled === first.at) {
        entry.scheduled = undefined;
        this.plan(first.key, entry);
      }
    }
    return undefined;
  }

  /** Everything that is due at `now`, in the order of time. */
  handleTimeouts(now: number): Stepped[] {
    const steps: Stepped[] = [];
    for (let at = this.nextTimeout(); at !== undefined && at <= now; at = this.nextTimeout()) {
      const due = this.schedule.pop();
      const entry = due === undefined ? undefined : this.entries.get(due.key);
      if (due === undefined || entry === undefined) continue;
      entry.scheduled = undefined;
      const outputs = this.settle(due.key, entry.transaction.handleTimeout(now));
      if (outputs.length > 0) steps.push({ id: due.key, outputs });
    }
    return steps;
  }

  /** After every step: an ended transaction is forgotten, one with an earlier timer is scheduled anew. */
  private settle(id: TransactionId, outputs: Output[]): Output[] {
    const entry = this.entries.get(id);
    if (entry === undefined) return outputs;
    if (entry.transaction.state === 'terminated') {
      this.unmerge(id);
      this.entries.delete(id);
    } else this.plan(id, entry);
    return outputs;
  }

  private unmerge(id: TransactionId): void {
    const merge = this.entries.get(id)?.merge;
    if (merge !== undefined && this.merges.get(merge) === id) this.merges.delete(merge);
  }

  private plan(id: TransactionId, entry: Entry): void {
    const next = entry.transaction.nextTimeout();
    if (next === undefined || (entry.scheduled !== undefined && entry.scheduled <= next)) return;
    entry.scheduled = next;
    this.schedule.add(next, id);
  }
}
