import { describe, expect, it } from 'vitest';
import { request, response } from '../transaction/testing/drive.ts';
import { DialogTable, dialogFromRequest, InviteDialogs } from './index.ts';

const invite = request('INVITE');

describe('InviteDialogs (forking)', () => {
  it('has one dialog for each To tag', () => {
    const dialogs = new InviteDialogs(invite);
    expect(dialogs.receive(response(invite, 100))).toBeUndefined();
    const first = dialogs.receive(response(invite, 180, 'one'));
    const second = dialogs.receive(response(invite, 183, 'two'));
    expect(first?.created && second?.created).toBe(true);
    expect(dialogs.receive(response(invite, 180, 'one'))).toEqual({ dialog: first?.dialog, created: false });
    expect(dialogs.all.map(({ id, state }) => [id.remoteTag, state])).toEqual([
      ['one', 'early'],
      ['two', 'early'],
    ]);
  });

  it('lets several 2xx stand and ends the rest when asked', () => {
    const dialogs = new InviteDialogs(invite);
    dialogs.receive(response(invite, 180, 'one'));
    dialogs.receive(response(invite, 180, 'two'));
    dialogs.receive(response(invite, 200, 'one'));
    expect(dialogs.receive(response(invite, 200, 'three'))).toMatchObject({
      created: true,
      dialog: { state: 'confirmed' },
    });
    expect(dialogs.settle().map(({ id }) => id.remoteTag)).toEqual(['two']);
    expect(dialogs.all.map(({ state }) => state)).toEqual(['confirmed', 'terminated', 'confirmed']);
  });

  it('a failure ends all early dialogs and no confirmed one', () => {
    const dialogs = new InviteDialogs(invite);
    dialogs.receive(response(invite, 180, 'one'));
    dialogs.receive(response(invite, 200, 'two'));
    expect(dialogs.receive(response(invite, 486, 'one'))).toBeUndefined();
    expect(dialogs.all.map(({ state }) => state)).toEqual(['terminated', 'confirmed']);
  });

  it('a 199 ends its early dialog alone (RFC 6228)', () => {
    const dialogs = new InviteDialogs(invite);
    dialogs.receive(response(invite, 180, 'one'));
    dialogs.receive(response(invite, 180, 'two'));
    expect(dialogs.receive(response(invite, 199, 'one'))).toMatchObject({ dialog: { state: 'terminated' } });
    expect(dialogs.receive(response(invite, 199, 'three'))).toBeUndefined();
    expect(dialogs.all.map(({ state }) => state)).toEqual(['terminated', 'early']);
  });

  it.each([
    ['its own response', response(invite, 200), true],
    ['that of another From tag', response(request('INVITE', { from: '<sip:alice@caller.example>;tag=z' }), 200), false],
    ['that of another CSeq', response(request('INVITE', { cseq: '8 INVITE' }), 200), false],
  ])('owns %s: %s', (_name, message, owns) => {
    expect(new InviteDialogs(invite).owns(message)).toBe(owns);
  });
});

describe('DialogTable', () => {
  const dialog = () => {
    const made = dialogFromRequest(invite, response(invite, 200));
    if (made === undefined) throw new Error('no dialog');
    return made;
  };

  it.each([
    ['no tag', undefined, 'outside'],
    ['its tag', 'b', 'inside'],
    ['another tag', 'x', 'unknown'],
  ])('a request with %s', (_name, tag, type) => {
    const table = new DialogTable();
    table.add(dialog());
    const to = `<sip:bob@callee.example>${tag === undefined ? '' : `;tag=${tag}`}`;
    expect(table.place(request('INFO', { to })).type).toBe(type);
  });

  it('forgets', () => {
    const table = new DialogTable();
    const one = dialog();
    table.add(one);
    table.add(one);
    expect(table.size).toBe(1);
    table.delete(one);
    expect(table.size).toBe(0);
    expect(table.place(request('BYE', { to: '<sip:bob@callee.example>;tag=b' })).type).toBe('unknown');
  });

  it('finds the dialog of a response to our request', () => {
    const table = new DialogTable();
    const one = dialog();
    table.add(one);
    expect(table.ofResponse(response(one.request('BYE'), 200))).toBe(one);
    expect(table.ofResponse(response(request('BYE'), 200))).toBeUndefined();
  });
});
