import { describe, expect, it } from 'vitest';
import { body, header } from './message-log.ts';
import { callee } from './scenario.ts';
import { sdp } from './sdp.ts';
import { World } from './testing/world.ts';

const world = new World();

describe('a called leg', () => {
  it('rings, answers when signalled, and hangs up when signalled', async () => {
    const leg = await world.wait(
      callee('t', 'bob')
        .invited()
        .provisional(180)
        .waitForSignalOrCancel()
        .answer({ sdp: sdp() })
        .hold()
        .bye()
        .source(),
    );
    world.server.send(leg.port, world.invite(leg.port));
    expect((await world.server.next('INVITE')).status).toBe(180);
    await leg.signal();
    const ok = await world.server.next('INVITE');
    expect(ok.status).toBe(200);
    expect(header(ok.raw, 'CSeq')).toBe('1 INVITE');
    expect(header(ok.raw, 'Record-Route')).toBe(`<sip:127.0.0.1:${world.server.port};lr>`);
    expect(body(ok.raw)).toContain('m=audio 40002');
    const to = header(ok.raw, 'To') ?? '';
    world.server.send(leg.port, world.follow(leg.port, 'ACK', to, 1, 'z9hG4bKack'));
    await leg.waitFor('ACK', (m) => m.method === 'ACK', 2000);
    await leg.signal();
    const bye = await world.server.next('BYE');
    expect(header(bye.raw, 'From')).toBe(to);
    expect(header(bye.raw, 'To')).toBe('"T" <sip:target@acme.example>;tag=tt');
    expect(header(bye.raw, 'Route')).toBe(`<sip:127.0.0.1:${world.server.port};lr>`);
    expect(bye.raw).toMatch(new RegExp(`^BYE sip:target@127\\.0\\.0\\.1:${world.server.port} SIP/2\\.0\r\n`));
    world.server.reply(bye, 200);
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it.each([
    ['that only rings', () => callee('t', 'bob').invited().provisional(180).cancelled()],
    [
      'that would answer later',
      () => callee('t', 'bob').invited().provisional(180).waitForSignalOrCancel().answer({ sdp: sdp() }),
    ],
  ])('%s takes CANCEL', async (_, scenario) => {
    const leg = await world.wait(scenario().source());
    world.server.send(leg.port, world.invite(leg.port, 7));
    const ringing = await world.server.next('INVITE');
    world.server.send(leg.port, world.follow(leg.port, 'CANCEL', '<sip:bob@acme.example>', 7, 'z9hG4bKone'));
    expect((await world.server.next('CANCEL')).status).toBe(200);
    const terminated = await world.server.next('INVITE');
    expect(terminated.status).toBe(487);
    expect(header(terminated.raw, 'CSeq')).toBe('7 INVITE');
    expect(header(terminated.raw, 'To')).toBe(header(ringing.raw, 'To'));
    world.server.send(leg.port, world.follow(leg.port, 'ACK', header(ringing.raw, 'To') ?? '', 7, 'z9hG4bKone'));
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it('takes copies of what it has answered twice in a row', async () => {
    const leg = await world.wait(
      callee('t', 'bob').invited().provisional(180).answer({ sdp: sdp() }).expectBye().source(),
    );
    const invite = world.invite(leg.port);
    world.server.send(leg.port, invite);
    expect((await world.server.next('INVITE')).status).toBe(180);
    const ok = await world.server.next('INVITE');
    world.server.send(leg.port, invite);
    const to = header(ok.raw, 'To') ?? '';
    world.server.send(leg.port, world.follow(leg.port, 'ACK', to, 1, 'z9hG4bKack'));
    world.server.send(leg.port, world.follow(leg.port, 'BYE', to, 2, 'z9hG4bKbye'));
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it('takes a copy of CANCEL', async () => {
    const leg = await world.wait(callee('t', 'bob').invited().provisional(180).cancelled().source());
    world.server.send(leg.port, world.invite(leg.port));
    const { raw } = await world.server.next('INVITE');
    const cancel = world.follow(leg.port, 'CANCEL', '<sip:bob@acme.example>', 1, 'z9hG4bKone');
    world.server.send(leg.port, cancel);
    expect((await world.server.next('CANCEL')).status).toBe(200);
    world.server.send(leg.port, cancel);
    world.server.send(leg.port, world.follow(leg.port, 'ACK', header(raw, 'To') ?? '', 1, 'z9hG4bKone'));
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it('refuses', async () => {
    const leg = await world.wait(callee('t', 'bob').invited().refuse(486).source());
    world.server.send(leg.port, world.invite(leg.port));
    const busy = await world.server.next('INVITE');
    expect(busy.raw).toMatch(/^SIP\/2\.0 486 Busy Here\r\n/);
    expect(body(busy.raw).trim()).toBe('');
    world.server.send(leg.port, world.follow(leg.port, 'ACK', header(busy.raw, 'To') ?? '', 1, 'z9hG4bKone'));
    expect(await leg.done).toMatchObject({ ok: true });
  });

  it('that nobody calls is no success', async () => {
    const leg = await world.wait(callee('t', 'bob').invited().refuse(486).source());
    await leg.stop();
    expect(await leg.done).toMatchObject({
      ok: false,
      problem: 'Leg callee: it was stopped before its end; no message was sent or received',
    });
  });
});
