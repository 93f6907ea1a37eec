import { Headers, noBody, type SipMessage, type SipResponse, serializeMessage } from '../message/index.ts';
import { type Output, type TransactionId, TransactionTable } from '../transaction/index.ts';
import { Deadlines } from './deadlines.ts';
import { DialogTable } from './dialogs.ts';
import type { ClientRecord, Record, ServerRecord } from './records.ts';
import type {
  CommandRef,
  EndpointEvent,
  EndpointOutput,
  EndpointSettings,
  IdSource,
  Listener,
  Path,
  RequestId,
} from './types.ts';

/** What the parts of the endpoint share. */
export class Core {
  readonly table: TransactionTable;
  readonly deadlines = new Deadlines();
  readonly dialogs = new DialogTable();
  /** By id of the user of the endpoint. */
  readonly servers = new Map<RequestId, ServerRecord>();
  readonly clients = new Map<RequestId, ClientRecord>();
  readonly byTransaction = new Map<TransactionId, Record>();
  /** Requests that wait for the address of their host. */
  readonly resolving = new Map<RequestId, (addresses: readonly string[]) => void>();
  readonly settings: EndpointSettings;
  readonly ids: IdSource;
  readonly listeners: readonly Listener[];
  now = 0;
  draining = false;
  pending = 0;
  proxies = 0;
  private outputs: EndpointOutput[] = [];

  constructor(settings: EndpointSettings, listeners: readonly Listener[], ids: IdSource) {
    this.settings = settings;
    this.listeners = listeners;
    this.ids = ids;
    this.table = new TransactionTable(settings.timers);
  }

  newId(): RequestId {
    return this.ids.token() as RequestId;
  }

  emit(event: EndpointEvent): void {
    this.outputs.push({ type: 'event', event });
  }

  refuse(ref: CommandRef | undefined, reason: string): void {
    if (ref !== undefined) this.emit({ type: 'refused', ref, reason });
  }

  send(to: Path, bytes: Uint8Array, transaction?: TransactionId): void {
    this.outputs.push(
      transaction === undefined ? { type: 'send', to, bytes } : { type: 'send', to, bytes, transaction },
    );
  }

  ask(output: Extract<EndpointOutput, { type: 'resolve' }>): void {
    this.outputs.push(output);
  }

  drain(): EndpointOutput[] {
    const outputs = this.outputs;
    this.outputs = [];
    return outputs;
  }

  /** Carries out what a transaction asks for. `from` and `size` are of the message that caused it, if one did. */
  carryOut(record: Record, outputs: readonly Output[], from?: Path, size = 0): void {
    for (const output of outputs) {
      switch (output.type) {
        case 'transmit':
          this.transmit(record, output.message);
          break;
        case 'deliver':
          this.deliver(record, output.message, from, size);
          break;
        case 'timeout':
          if (record.side === 'client') this.failed(record, 408, 'Request Timeout');
          break;
        case 'transport-error':
          if (record.side === 'client') this.failed(record, 503, 'Service Unavailable');
          break;
        case 'terminated':
          this.forget(record);
          break;
        default:
          output satisfies never;
      }
    }
  }

  /** Tells the user of a request that it failed here, by the response it would have got. RFC 3261 8.1.3.1. */
  failed(client: ClientRecord, status: number, reason: string): void {
    if (client.done) return;
    const headers = client.request.headers.clone();
    for (const { name } of headers.entries()) {
      if (!['via', 'from', 'to', 'call-id', 'cseq'].includes(name.toLowerCase())) headers.delete(name);
    }
    const response: SipResponse = { kind: 'response', status, reason, headers, body: noBody };
    this.finish(client);
    client.user.response(client, response, client.to, 0);
  }

  /** Marks that a client request has its final response. */
  finish(client: ClientRecord): void {
    if (client.done) return;
    client.done = true;
    this.deadlines.cancel(client.patience);
    this.uncount(client);
  }

  /** Waits no longer for a client request; its transaction goes on. */
  uncount(client: ClientRecord): void {
    if (client.counted) this.pending--;
    client.counted = false;
  }

  forget(record: Record): void {
    if (record.table !== undefined) this.byTransaction.delete(record.table);
    if (record.side === 'server') {
      if (this.servers.delete(record.id) && record.status < 200) this.pending--;
    } else {
      this.clients.delete(record.id);
      this.finish(record);
    }
    if (record.side === 'server') record.user?.ended?.(record);
    else record.user.ended?.(record);
  }

  /** What only absorbs repeated responses holds no more than these may need: a 2xx of another branch its ACK. */
  private lighten(client: ClientRecord): void {
    const { request } = client;
    const headers = request.method === 'INVITE' ? request.headers : new Headers();
    client.request = { ...request, headers, body: noBody };
    client.bytes = undefined;
    if (request.method !== 'INVITE') client.dialog = undefined;
  }

  private transmit(record: Record, message: SipMessage): void {
    const to = record.side === 'server' ? record.reply : record.to;
    this.send(to, this.bytesOf(record, message), record.table);
  }

  /** Bytes of a message, made once for all its retransmissions. */
  bytesOf(record: Record, message: SipMessage): Uint8Array {
    if (record.side === 'client') {
      if (message !== record.request) return serializeMessage(message);
      record.bytes ??= serializeMessage(message);
      return record.bytes;
    }
    if (record.last?.message !== message) record.last = { message, bytes: serializeMessage(message) };
    return record.last.bytes;
  }

  private deliver(record: Record, message: SipMessage, from: Path | undefined, size: number): void {
    if (record.side === 'client' && message.kind === 'response') {
      if (message.status > 100 || message.status === 100) record.provisional = true;
      if (message.status >= 200) this.finish(record);
      // There is an answer, so this way works and is not tried again.
      record.fallback = undefined;
      record.user.response(record, message, from ?? record.to, size);
      if (record.done) this.lighten(record);
    } else if (record.side === 'server' && message.kind === 'request' && message.method === 'ACK') {
      record.user?.ack?.(record, message, from ?? record.from, size);
    }
  }
}
