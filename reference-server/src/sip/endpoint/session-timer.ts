import {
  afterTooSmall,
  agreedSessionTimer,
  answerSessionTimer,
  glareDelay,
  refreshHeaders,
  type SessionInterval,
  SessionTimer,
} from '../dialog/index.ts';
import type { SipRequest, SipResponse } from '../message/index.ts';
import type { Core } from './core.ts';
import { hangUp, sendAck, sendInDialog } from './life.ts';
import type { ClientRecord, ClientUser, DialogRecord } from './records.ts';
import { repeat } from './repeat.ts';

const expired = 'SIP ;cause=200 ;text="Session timer expired"';

/** Starts the timer of a session anew; `interval` undefined ends it. RFC 4028 10. */
function armSession(core: Core, dialog: DialogRecord, interval: SessionInterval | undefined): void {
  dialog.session?.stop();
  dialog.session = undefined;
  if (interval === undefined) return;
  dialog.session = repeat(core, new SessionTimer(interval, core.now), ({ type }) => {
    if (type === 'refresh') refresh(core, dialog, interval.seconds);
    else hangUp(core, dialog, expired);
  });
}

/** An application that says what it supports, and leaves timers out, wants none. */
const takesPart = ({ headers }: SipResponse): boolean =>
  !headers.has('Supported') || headers.getList('Supported').some((tag) => tag.toLowerCase() === 'timer');

/** After our 2xx to an INVITE or UPDATE: adopts the timer, and adds the header when the application left it out. RFC 4028 9. */
export function answerSession(core: Core, dialog: DialogRecord, request: SipRequest, response: SipResponse): void {
  let interval = agreedSessionTimer(response, 'uas');
  if (interval === undefined && takesPart(response)) {
    const answer = answerSessionTimer(request, core.settings.defaultRefresher);
    for (const { name, value } of answer?.headers ?? []) {
      if (!response.headers.getList(name).includes(value)) response.headers.append(name, value);
    }
    interval = answer?.interval;
  }
  armSession(core, dialog, interval);
}

/** After the other side's 2xx to our INVITE or UPDATE. RFC 4028 7.2. */
export function learnSession(core: Core, dialog: DialogRecord, response: SipResponse): void {
  armSession(core, dialog, agreedSessionTimer(response, 'uac'));
}

/** Sends the re-INVITE unless another is under way, whose answer starts the timer anew. */
function refresh(core: Core, dialog: DialogRecord, seconds: number): void {
  if (core.dialogs.get(dialog.key) !== dialog) return;
  if (dialog.outgoing !== undefined || dialog.incoming !== undefined) return;
  const headers = refreshHeaders(seconds, core.settings.minSe);
  const body = dialog.body === undefined ? {} : { body: dialog.body.bytes, contentType: dialog.body.type };
  const request = dialog.dialog.request('INVITE', { headers, contact: dialog.contact, ...body });
  sendInDialog(core, dialog, request, {
    user: new Refresh(core, dialog, seconds),
    owner: undefined,
    started: (client) => {
      dialog.outgoing = client;
    },
  });
}

/** The re-INVITE that keeps a session alive. RFC 4028 10. */
class Refresh implements ClientUser {
  private readonly core: Core;
  private readonly dialog: DialogRecord;
  private readonly seconds: number;

  constructor(core: Core, dialog: DialogRecord, seconds: number) {
    this.core = core;
    this.dialog = dialog;
    this.seconds = seconds;
  }

  response(client: ClientRecord, response: SipResponse): void {
    const { core, dialog, seconds } = this;
    if (response.status < 200) return;
    const again = client.acks?.get(dialog.dialog.id.remoteTag);
    if (again !== undefined) {
      core.send(again.to, again.bytes);
      return;
    }
    if (dialog.outgoing === client) dialog.outgoing = undefined;
    if (core.dialogs.get(dialog.key) !== dialog) return;
    if (response.status < 300) {
      dialog.dialog.receiveResponse(client.request, response);
      sendAck(core, dialog, dialog.dialog.ack(client.request), {}, ({ bytes, to }) => {
        client.acks = new Map([[dialog.dialog.id.remoteTag, { bytes, to }]]);
      });
      learnSession(core, dialog, response);
    } else if (response.status === 491) {
      const delay = glareDelay(dialog.dialog.side === 'uac', core.ids.number() / 2 ** 31);
      core.deadlines.at(core.now + delay, () => refresh(core, dialog, seconds));
    } else if (response.status === 422) {
      const least = afterTooSmall(response, seconds);
      if (least !== undefined) refresh(core, dialog, least);
    } else if (response.status === 408 || response.status === 481) {
      hangUp(core, dialog, expired);
    }
  }
}
