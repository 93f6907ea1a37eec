import { dialogFromRequest, ReliableProvisionals, supports100rel } from '../dialog/index.ts';
import { parseCSeq, responseTo, type SipRequest, type SipResponse } from '../message/index.ts';
import { twoXxRetransmitter } from '../transaction/index.ts';
import { contactFor } from './address.ts';
import type { Core } from './core.ts';
import type { Deadline } from './deadlines.ts';
import { tagOf } from './dialogs.ts';
import { addDialog, dropDialog, hangUp, natHop, stopAnswer } from './life.ts';
import { addHeaders, contentTypeOf } from './parts.ts';
import type { DialogRecord, Repetition, ServerRecord, ServerUser } from './records.ts';
import { repeat } from './repeat.ts';
import { reject, sendResponse } from './reply.ts';
import { answerSession } from './session-timer.ts';
import type { CommandRef, MessageParts, Path } from './types.ts';

export interface Answer extends MessageParts {
  status: number;
  reason: string;
}

/** A request that an application answers. */
export class UasRequest implements ServerUser {
  private readonly core: Core;
  private readonly server: ServerRecord;
  private readonly guard: Deadline;
  /** Not inside a dialog: its responses make one. */
  private readonly initial: boolean;
  private readonly reliable: ReliableProvisionals;
  private repetition: Repetition | undefined;
  /** Responses that wait for the PRACK of an earlier one. RFC 3262 3. */
  private readonly queue: { ref: CommandRef; answer: Answer }[] = [];

  constructor(core: Core, server: ServerRecord) {
    this.core = core;
    this.server = server;
    this.initial = tagOf(server.request.headers.get('To')) === '';
    const { timers } = core.settings;
    const cseq = parseCSeq(server.request.headers.get('CSeq') ?? '')?.seq ?? 0;
    this.reliable = new ReliableProvisionals({ cseq, firstRSeq: (core.ids.number() % 0x7fff) + 1, timers });
    const invite = server.request.method === 'INVITE';
    const wait = invite ? core.settings.answerTimeout : 64 * core.settings.timers.t1;
    this.guard = core.deadlines.at(core.now + wait, () => reject(core, server, invite ? 480 : 500));
  }

  /** Sends what an application answers; refuses what can no longer be sent. */
  respond(ref: CommandRef, answer: Answer): void {
    const { core, server } = this;
    if (server.status >= 200) {
      core.refuse(ref, 'Response not sent due to unknown transaction');
      return;
    }
    if (this.reliable.open && answer.status < 300) {
      this.queue.push({ ref, answer });
      return;
    }
    const invite = server.request.method === 'INVITE';
    const reliably = invite && answer.status > 100 && answer.status < 200 && this.mustBeReliable(answer);
    if (reliably && supports100rel(server.request) === 'no') {
      core.refuse(ref, 'Remote endpoint does not support 100rel');
      return;
    }
    if (invite) core.deadlines.cancel(this.guard);
    if (server.dialog === undefined) server.tag ||= tagOf(answer.headers.get('To'));
    server.tag ||= core.ids.token();
    const response = this.build(answer, reliably);
    if (answer.status > 100) this.updateDialog(response, answer);
    sendResponse(core, server, response);
    if (reliably) this.repeatUntilPrack();
    if (invite && answer.status >= 200 && answer.status < 300) this.repeatUntilAck(response);
    const dialog = server.dialog === undefined ? {} : { dialog: server.dialog.key };
    const bytes = core.bytesOf(server, response);
    core.emit({ type: 'sent', ref, id: server.id, ...dialog, kind: 'response', bytes, to: server.reply });
    this.record(response);
  }

  /** The PRACK of a reliable provisional response; false when it acknowledges nothing. RFC 3262 3. */
  prack(request: SipRequest): boolean {
    const acknowledged = this.reliable.prack(request);
    if (acknowledged) this.stopReliable();
    return acknowledged;
  }

  concluded(): void {
    const { core, server } = this;
    core.deadlines.cancel(this.guard);
    this.stopReliable();
    const { dialog } = server;
    if (dialog?.incoming === server) dialog.incoming = undefined;
    // RFC 3261 12.3: a failure ends the early dialog at once.
    if (this.initial && server.status >= 300 && dialog !== undefined) dropDialog(core, dialog);
  }

  /** Sends what waited for a PRACK. */
  flush(): void {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      this.respond(next.ref, next.answer);
      if (this.reliable.open) return;
    }
  }

  ack(server: ServerRecord, ack: SipRequest, from: Path, size: number): void {
    if (server.dialog !== undefined) acknowledged(this.core, server.dialog, ack, from, size);
  }

  cancelled(server: ServerRecord, cancel: SipRequest, from: Path, size: number): void {
    const { core } = this;
    const { dialog, owner } = server;
    const key = dialog === undefined ? {} : { dialog: dialog.key };
    reject(core, server, 487);
    if (owner !== undefined) core.emit({ type: 'cancel', id: server.id, ...key, owner, request: cancel, from, size });
    const record = { stage: 'stop', source: 'network', cause: 'call-canceled', message: cancel } as const;
    core.emit({ type: 'record', record });
  }

  /** The transaction is over, or somebody else answers from here on. */
  ended(): void {
    const { core } = this;
    core.deadlines.cancel(this.guard);
    this.stopReliable();
    for (const { ref } of this.queue.splice(0)) core.refuse(ref, 'Response not sent due to unknown transaction');
  }

  private build(answer: Answer, reliably: boolean): SipResponse {
    const { core, server } = this;
    const { method } = server.request;
    const response = responseTo(server.request, answer.status, { toTag: server.tag, reason: answer.reason });
    const { headers } = response;
    addHeaders(core, headers, answer.headers, server.reply);
    const success = answer.status >= 200 && answer.status < 300;
    const wantsContact =
      (method === 'INVITE' && answer.status > 100 && answer.status < 300) ||
      (success && (method === 'SUBSCRIBE' || method === 'UPDATE' || method === 'REFER'));
    if (wantsContact && !headers.has('Contact')) {
      headers.append(
        'Contact',
        server.dialog?.contact ?? contactFor(server.reply.local, server.reply.address, core.settings),
      );
    }
    if (reliably) this.reliable.begin(response, core.now);
    if (answer.body.byteLength > 0) {
      const type = contentTypeOf(answer);
      if (type !== undefined && !headers.has('Content-Type')) headers.append('Content-Type', type);
      response.body = answer.body;
    }
    return response;
  }

  /** Makes, confirms or ends the dialog of this request. RFC 3261 12.1.1, 12.3. */
  private updateDialog(response: SipResponse, answer: Answer): void {
    const { core, server } = this;
    const { method } = server.request;
    const success = answer.status >= 200 && answer.status < 300;
    if (server.dialog === undefined) {
      if ((method !== 'INVITE' || answer.status >= 300) && (method !== 'SUBSCRIBE' || !success)) return;
      const dialog = dialogFromRequest(server.request, response);
      if (dialog === undefined) return;
      server.dialog = addDialog(core, {
        dialog,
        kind: method === 'INVITE' ? 'invite' : 'subscribe',
        owner: server.owner,
        path: server.from,
        hop: natHop(server.request, server.from),
        contact: response.headers.get('Contact') ?? '',
      });
      server.dialog.incoming = method === 'INVITE' ? server : undefined;
    } else if (this.initial) {
      server.dialog.dialog.sentResponse(response);
      if (server.dialog.dialog.state === 'terminated') dropDialog(core, server.dialog);
    }
    const { dialog } = server;
    if (dialog === undefined) return;
    if (answer.body.byteLength > 0 && (method === 'INVITE' || method === 'UPDATE')) {
      dialog.body = { type: response.headers.get('Content-Type') ?? '', bytes: answer.body };
    }
    if (success && (method === 'INVITE' || method === 'UPDATE')) answerSession(core, dialog, server.request, response);
  }

  /** An application asks for it with Require, or the caller leaves no choice. RFC 3262 3. */
  private mustBeReliable(answer: Answer): boolean {
    if (answer.headers.get('Require')?.includes('100rel') === true) return true;
    return supports100rel(this.server.request) === 'required';
  }

  private repeatUntilPrack(): void {
    const { core, server } = this;
    this.repetition = repeat(core, this.reliable, (output) => {
      if (output.type === 'timeout') reject(core, server, 504);
      else core.send(server.reply, core.bytesOf(server, output.message));
    });
  }

  private stopReliable(): void {
    this.reliable.stop();
    this.repetition?.stop();
  }

  /** The transaction does not retransmit a 2xx; its user does, on every transport. RFC 3261 13.3.1.4, RFC 6026 7.1. */
  private repeatUntilAck(response: SipResponse): void {
    const { core, server } = this;
    const { dialog } = server;
    if (dialog === undefined) return;
    const repetition = repeat(core, twoXxRetransmitter(response, core.settings.timers, core.now), (output) => {
      if (output.type === 'transmit') {
        core.send(server.reply, core.bytesOf(server, response), server.table);
        return;
      }
      stopAnswer(dialog);
      const waiting = dialog.afterAck.splice(0);
      if (waiting.length === 0) hangUp(core, dialog, 'SIP ;cause=200 ;text="ACK timeout"');
      for (const each of waiting) each();
    });
    dialog.answer = { invite: server, repetition };
  }

  private record(response: SipResponse): void {
    if (this.server.request.method !== 'INVITE' || response.status < 200) return;
    if (!this.initial) return;
    const record =
      response.status < 300
        ? ({ stage: 'start', source: 'application', role: 'uas', message: response } as const)
        : ({ stage: 'stop', source: 'application', cause: 'call-rejected', message: response } as const);
    this.core.emit({ type: 'record', record });
  }
}

/** An ACK of our 2xx; retransmitted ones go no further. */
export function acknowledged(core: Core, dialog: DialogRecord, ack: SipRequest, from: Path, size: number): void {
  const { answer, owner } = dialog;
  if (answer === undefined) return;
  stopAnswer(dialog);
  answer.invite.last = undefined;
  dialog.path = from;
  if (owner !== undefined) {
    core.emit({ type: 'ack', id: answer.invite.id, dialog: dialog.key, owner, request: ack, from, size });
  }
  for (const each of dialog.afterAck.splice(0)) each();
}
