import { describe, expect, it } from 'vitest';
import type { SipRequest, SipResponse } from '../message/index.ts';
import { request, response } from '../transaction/testing/drive.ts';
import { type Dialog, dialogFromRequest, dialogFromResponse, dialogKey, idOfReceived } from './index.ts';

const routes = ['Record-Route: <sip:p1.example;lr>, <sip:p2.example;lr>', 'Record-Route: <sip:p3.example;lr>'];
const invite = request('INVITE', { lines: routes });

function answerTo(
  status: number,
  change: { tag?: string; contact?: string; cseq?: string; of?: SipRequest } = {},
): SipResponse {
  const answer = response(change.of ?? invite, status, change.tag ?? 'b');
  if (change.contact !== '') answer.headers.set('Contact', change.contact ?? '<sip:bob@10.0.0.2;transport=tcp>');
  return answer;
}

function uac(status = 200): Dialog {
  const dialog = dialogFromResponse(invite, answerTo(status));
  if (dialog === undefined) throw new Error('no dialog');
  return dialog;
}

function uas(status = 200): Dialog {
  const dialog = dialogFromRequest(invite, answerTo(status), 40);
  if (dialog === undefined) throw new Error('no dialog');
  return dialog;
}

/** A request of the other side to our UAS dialog. */
const inside = (method: string, seq: number, contact = '<sip:alice@moved.example>') => {
  const message = request(method, { to: '<sip:bob@callee.example>;tag=b', cseq: `${seq} ${method}` });
  message.headers.set('Contact', contact);
  return message;
};

describe('making a dialog (RFC 3261 12.1)', () => {
  it('UAC: from the response, route set reversed', () => {
    expect(uac()).toMatchObject({
      side: 'uac',
      state: 'confirmed',
      id: { callId: 'c-1', localTag: 'a', remoteTag: 'b' },
      remoteTarget: 'sip:bob@10.0.0.2;transport=tcp',
      localSeq: 7,
      remoteSeq: undefined,
      routeSet: ['<sip:p3.example;lr>', '<sip:p2.example;lr>', '<sip:p1.example;lr>'],
    });
  });

  it('UAS: from the request, route set in its order', () => {
    expect(uas()).toMatchObject({
      side: 'uas',
      state: 'confirmed',
      id: { callId: 'c-1', localTag: 'b', remoteTag: 'a' },
      remoteTarget: 'sip:alice@caller.example',
      localSeq: 40,
      remoteSeq: 7,
      routeSet: ['<sip:p1.example;lr>', '<sip:p2.example;lr>', '<sip:p3.example;lr>'],
    });
  });

  it.each([
    ['100', invite, answerTo(100), false],
    ['180 with a tag', invite, answerTo(180), true],
    ['180 without Contact', invite, answerTo(180, { contact: '' }), true],
    ['180 without a tag', invite, answerTo(180, { tag: '' }), false],
    ['302', invite, answerTo(302), false],
    ['486', invite, answerTo(486), false],
    ['200 to OPTIONS', request('OPTIONS'), answerTo(200, { of: request('OPTIONS') }), false],
    ['200 to SUBSCRIBE', request('SUBSCRIBE'), answerTo(200, { of: request('SUBSCRIBE') }), true],
  ])('%s', (_name, of, answer, makes) => {
    expect(dialogFromResponse(of, answer) !== undefined).toBe(makes);
    expect(dialogFromRequest(of, answer) !== undefined).toBe(makes);
  });

  it('a 180 makes an early dialog whose target is the Request-URI until there is a Contact', () => {
    expect(dialogFromResponse(invite, answerTo(180, { contact: '' }))).toMatchObject({
      state: 'early',
      remoteTarget: 'sip:bob@callee.example',
    });
  });

  it('the From of an RFC 2543 client stands in for its Contact', () => {
    const old = request('INVITE');
    old.headers.delete('Contact');
    expect(dialogFromRequest(old, answerTo(200))).toMatchObject({ remoteTarget: 'sip:alice@caller.example' });
  });

  it('both ends know it by mirrored ids', () => {
    expect(idOfReceived(inside('BYE', 8))).toEqual(uas().id);
    expect(idOfReceived(answerTo(200))).toEqual(uac().id);
    expect(dialogKey(uac().id)).not.toBe(dialogKey(uas().id));
  });
});

describe('requests inside a dialog (12.2.1.1)', () => {
  it('take addresses, route set, target and the next CSeq', () => {
    const dialog = uac();
    const bye = dialog.request('BYE', { headers: [{ name: 'Reason', value: 'Q.850;cause=16' }] });
    expect(bye).toMatchObject({ method: 'BYE', uri: 'sip:bob@10.0.0.2;transport=tcp' });
    expect(bye.headers.entries()).toEqual([
      { name: 'Route', value: '<sip:p3.example;lr>' },
      { name: 'Route', value: '<sip:p2.example;lr>' },
      { name: 'Route', value: '<sip:p1.example;lr>' },
      { name: 'Max-Forwards', value: '70' },
      { name: 'From', value: '<sip:alice@caller.example>;tag=a' },
      { name: 'To', value: '<sip:bob@callee.example>;tag=b' },
      { name: 'Call-ID', value: 'c-1' },
      { name: 'CSeq', value: '8 BYE' },
      { name: 'Reason', value: 'Q.850;cause=16' },
    ]);
    expect(dialog.request('INFO').headers.get('CSeq')).toBe('9 INFO');
  });

  it('of a UAS swap From and To and count on their own', () => {
    const update = uas().request('UPDATE', {
      contact: '<sip:bob@h>',
      contentType: 'application/sdp',
      body: Uint8Array.of(1),
      maxForwards: 9,
    });
    expect(update.headers.get('From')).toBe('<sip:bob@callee.example>;tag=b');
    expect(update.headers.get('To')).toBe('<sip:alice@caller.example>;tag=a');
    expect(update.headers.get('CSeq')).toBe('41 UPDATE');
    expect(update.headers.get('Contact')).toBe('<sip:bob@h>');
    expect(update.headers.get('Content-Type')).toBe('application/sdp');
    expect(update.headers.get('Max-Forwards')).toBe('9');
    expect(update.body).toEqual(Uint8Array.of(1));
  });

  it('ACK has the CSeq number and the credentials of its INVITE (13.2.2.4)', () => {
    const dialog = uac();
    const asked = request('INVITE', { lines: ['Authorization: Digest a="1"', 'Proxy-Authorization: Digest b="2"'] });
    dialog.request('INFO');
    const ack = dialog.ack(asked, { body: Uint8Array.of(1), contentType: 'application/sdp' });
    expect(ack).toMatchObject({ method: 'ACK', uri: 'sip:bob@10.0.0.2;transport=tcp', body: Uint8Array.of(1) });
    expect(ack.headers.get('CSeq')).toBe('7 ACK');
    expect(ack.headers.get('Authorization')).toBe('Digest a="1"');
    expect(ack.headers.get('Proxy-Authorization')).toBe('Digest b="2"');
    expect(dialog.localSeq).toBe(8);
  });
});

describe('requests from the other side (12.2.2)', () => {
  it.each([
    ['the next', 8, { ok: true }],
    ['the same', 7, { ok: true }],
    ['one with a gap', 80, { ok: true }],
    ['an older one', 6, { ok: false, status: 500 }],
  ])('%s CSeq', (_name, seq, admission) => {
    const dialog = uas();
    expect(dialog.receiveRequest(inside('INFO', seq))).toEqual(admission);
    expect(dialog.remoteSeq).toBe(admission.ok ? seq : 7);
  });

  it('set the number of a UAC dialog that had none', () => {
    const dialog = uac();
    expect(dialog.receiveRequest(inside('INFO', 3))).toEqual({ ok: true });
    expect(dialog.receiveRequest(inside('INFO', 2))).toMatchObject({ ok: false, status: 500 });
  });

  it('need a CSeq', () => {
    const broken = inside('INFO', 8);
    broken.headers.set('CSeq', 'INFO');
    expect(uas().receiveRequest(broken)).toMatchObject({ ok: false, status: 400 });
  });

  it.each([['ACK'], ['CANCEL']])('%s has the number of its INVITE and passes', (method) => {
    const dialog = uas();
    dialog.receiveRequest(inside('INFO', 9));
    expect(dialog.receiveRequest(inside(method, 7))).toEqual({ ok: true });
    expect(dialog.remoteSeq).toBe(9);
  });

  it.each([
    ['INVITE', true],
    ['UPDATE', true],
    ['SUBSCRIBE', true],
    ['NOTIFY', true],
    ['REFER', true],
    ['INFO', false],
    ['MESSAGE', false],
  ])('%s moves the target: %s', (method, moves) => {
    const dialog = uas();
    dialog.receiveRequest(inside(method, 8));
    expect(dialog.remoteTarget).toBe(moves ? 'sip:alice@moved.example' : 'sip:alice@caller.example');
  });

  it('BYE ends it, and what follows gets 481', () => {
    const dialog = uas();
    expect(dialog.receiveRequest(inside('BYE', 8))).toEqual({ ok: true });
    expect(dialog.state).toBe('terminated');
    expect(dialog.receiveRequest(inside('INFO', 9))).toMatchObject({ ok: false, status: 481 });
  });
});

describe('responses (12.2.1.2, 12.3)', () => {
  it('a 2xx confirms an early dialog with its own route set and target', () => {
    const dialog = uac(180);
    expect(dialog.state).toBe('early');
    const ok = answerTo(200, { contact: '<sip:bob@late.example>' });
    ok.headers.set('Record-Route', ['<sip:q1.example;lr>', '<sip:q2.example;lr>']);
    dialog.receiveResponse(invite, ok);
    expect(dialog).toMatchObject({
      state: 'confirmed',
      remoteTarget: 'sip:bob@late.example',
      routeSet: ['<sip:q2.example;lr>', '<sip:q1.example;lr>'],
    });
  });

  it('a provisional response may bring the Contact that was missing', () => {
    const dialog = dialogFromResponse(invite, answerTo(180, { contact: '' }));
    dialog?.receiveResponse(invite, answerTo(183, { contact: '<sip:bob@early.example>' }));
    expect(dialog).toMatchObject({ state: 'early', remoteTarget: 'sip:bob@early.example' });
  });

  it('the route set of a confirmed dialog stays, its target moves', () => {
    const dialog = uac();
    const again = dialog.request('INVITE');
    const ok = answerTo(200, { of: again, contact: '<sip:bob@late.example>' });
    ok.headers.set('Record-Route', '<sip:evil.example;lr>');
    dialog.receiveResponse(again, ok);
    expect(dialog.routeSet).toHaveLength(3);
    expect(dialog.remoteTarget).toBe('sip:bob@late.example');
  });

  it.each([
    ['early', 'INVITE', 486, 'terminated'],
    ['confirmed', 'INVITE', 488, 'confirmed'],
    ['confirmed', 'INVITE', 491, 'confirmed'],
    ['confirmed', 'INFO', 481, 'terminated'],
    ['confirmed', 'UPDATE', 408, 'terminated'],
    ['confirmed', 'INFO', 500, 'confirmed'],
    ['confirmed', 'BYE', 100, 'confirmed'],
    ['confirmed', 'BYE', 200, 'terminated'],
    ['confirmed', 'BYE', 500, 'terminated'],
    ['confirmed', 'BYE', 401, 'confirmed'],
    ['confirmed', 'BYE', 407, 'confirmed'],
  ])('%s, %s is answered %i: %s', (before, method, status, after) => {
    const dialog = uac(before === 'early' ? 180 : 200);
    const sent = before === 'early' ? invite : dialog.request(method);
    dialog.receiveResponse(sent, answerTo(status, { of: sent }));
    expect(dialog.state).toBe(after);
  });

  it('a terminated dialog stays so', () => {
    const dialog = uac(180);
    dialog.terminate();
    dialog.receiveResponse(invite, answerTo(200));
    expect(dialog.state).toBe('terminated');
  });

  it.each([
    [183, 'early'],
    [200, 'confirmed'],
    [300, 'terminated'],
    [486, 'terminated'],
  ])('UAS: early, then %i is sent: %s', (status, state) => {
    const dialog = uas(180);
    dialog.sentResponse(answerTo(status));
    expect(dialog.state).toBe(state);
    dialog.sentResponse(answerTo(180));
    expect(dialog.state).toBe(state);
  });
});
