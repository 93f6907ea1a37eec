import { agreedSessionTimer } from '../dialog/index.ts';
import { parseSessionExpires, type SipRequest, type SipResponse, serializeSessionExpires } from '../message/index.ts';
import type { Core } from './core.ts';
import { hangUp, sendAck, sendInDialog } from './life.ts';
import type { ClientRecord, ClientUser, DialogRecord } from './records.ts';

const expired = 'SIP ;cause=200 ;text="Session timer expired"';

/** Starts the timer of a session anew; `seconds` undefined ends it. RFC 4028 10. */
export function armSession(core: Core, dialog: DialogRecord, seconds: number | undefined, weRefresh: boolean): void {
  core.deadlines.cancel(dialog.session?.deadline);
  dialog.session = undefined;
  if (seconds === undefined) return;
  const wait = weRefresh ? seconds / 2 : seconds - Math.min(32, seconds / 3);
  const deadline = core.deadlines.at(core.now + wait * 1000, () => {
    if (weRefresh) refresh(core, dialog, seconds);
    else hangUp(core, dialog, expired);
  });
  dialog.session = { seconds, weRefresh, deadline };
}

/** After our 2xx to an INVITE or UPDATE: adopts the timer, and adds the header when the application left it out. RFC 4028 9. */
export function answerSession(core: Core, dialog: DialogRecord, request: SipRequest, response: SipResponse): void {
  const given = parseSessionExpires(response.headers.get('Session-Expires') ?? '');
  if (given !== undefined) {
    armSession(core, dialog, given.seconds, given.refresher === 'uas');
    return;
  }
  const asked = parseSessionExpires(request.headers.get('Session-Expires') ?? '');
  if (asked === undefined) {
    armSession(core, dialog, undefined, false);
    return;
  }
  const refresher = asked.refresher ?? core.settings.defaultRefresher;
  if (refresher === 'none') return;
  const seconds = Math.max(asked.seconds, core.settings.minSe);
  response.headers.append('Session-Expires', serializeSessionExpires({ seconds, refresher }));
  if (refresher === 'uac' && !response.headers.getList('Require').includes('timer')) {
    response.headers.append('Require', 'timer');
  }
  armSession(core, dialog, seconds, refresher === 'uas');
}

/** After the other side's 2xx to our INVITE or UPDATE. RFC 4028 7.2. */
export function learnSession(core: Core, dialog: DialogRecord, response: SipResponse): void {
  const agreed = agreedSessionTimer(response);
  armSession(core, dialog, agreed?.seconds, agreed?.weRefresh === true);
}

/** Whether the interval that a request asks for is too short to accept. RFC 4028 9. */
export function tooShort(core: Core, request: SipRequest): boolean {
  const value = request.headers.get('Session-Expires');
  if (value === undefined) return false;
  const asked = parseSessionExpires(value);
  return asked !== undefined && asked.seconds < core.settings.minSe;
}

function refresh(core: Core, dialog: DialogRecord, seconds: number): void {
  const last = core.deadlines.at(core.now + (seconds / 2 - Math.min(32, seconds / 3)) * 1000, () =>
    hangUp(core, dialog, expired),
  );
  dialog.session = { seconds, weRefresh: true, deadline: last };
  if (dialog.outgoing !== undefined || dialog.incoming !== undefined) return;
  const headers = [
    { name: 'Session-Expires', value: serializeSessionExpires({ seconds, refresher: 'uac' }) },
    { name: 'Min-SE', value: String(core.settings.minSe) },
    { name: 'Supported', value: 'timer' },
  ];
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
    const { core, dialog } = this;
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
      armSession(core, dialog, this.seconds, true);
    } else if (response.status === 422) {
      const least = Number.parseInt(response.headers.get('Min-SE') ?? '', 10);
      if (least > this.seconds) refresh(core, dialog, least);
    } else if (response.status === 408 || response.status === 481) {
      hangUp(core, dialog, expired);
    }
  }
}
