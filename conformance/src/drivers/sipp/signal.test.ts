import { describe, expect, it } from 'vitest';
import { header } from './message-log.ts';
import { callee, caller } from './scenario.ts';
import { sdp } from './sdp.ts';
import { signalMessage } from './signal.ts';
import { invitation, labels, World } from './testing/world.ts';
import { errorOf, type SippHandle, type SippMessage } from './types.ts';

const world = new World();
const talking = () =>
  caller('t')
    .invite(invitation)
    .expectOrCancel()
    .hold(sdp({ version: 2 }))
    .bye()
    .source();

/** What comes, or what the leg says of its end when that is sooner. */
const first = async (leg: SippHandle, what: Promise<SippMessage>): Promise<SippMessage> =>
  Promise.race([what, leg.done.then((result) => Promise.reject(errorOf(result, 'It ended too early. ')))]);

describe('a signal that comes before anybody waits for it', () => {
  it('is kept until the call stands', async () => {
    const leg = await world.call(caller('t').invite(invitation).expect(200).hold().bye().source());
    const invite = await world.server.next('INVITE');
    const signalled = leg.signal();
    world.server.reply(invite, 180);
    world.server.reply(invite, 200, { body: sdp() });
    await world.server.next('ACK');
    world.server.reply(await world.server.next('BYE'), 200);
    await signalled;
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it('is kept until the INVITE comes', async () => {
    const scenario = callee('t', 'bob').invited().waitForSignalOrCancel().answer({ sdp: sdp() });
    const leg = await world.wait(scenario.source());
    const signalled = leg.signal();
    world.server.send(leg.port, world.invite(leg.port));
    const ok = await world.server.next('INVITE');
    expect(ok.status).toBe(200);
    world.server.send(leg.port, world.follow(leg.port, 'ACK', header(ok.raw, 'To') ?? '', 1, 'z9hG4bKack'));
    await signalled;
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it.each([100, 180, 183])('is kept until a CANCEL may be sent, which is when %i has come', async (status) => {
    const leg = await world.call(talking());
    const signalled = leg.signal();
    const invite = await world.server.next('INVITE');
    const invites = () => labels(leg).filter((one) => one === '> INVITE').length;
    await leg.waitFor('a copy of the INVITE', () => invites() > 1, 2000);
    world.server.reply(invite, status);
    const cancel = await world.server.next('CANCEL');
    world.server.reply(invite, 180);
    world.server.reply(cancel, 200);
    world.server.reply(invite, 180);
    world.server.reply(invite, 487);
    await signalled;
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it('does not hurt a call that says goodbye already', async () => {
    const leg = await world.call(talking());
    await world.answered(leg);
    await leg.signal();
    const bye = await world.server.next('BYE');
    const again = leg.signal();
    world.server.reply(bye, 200);
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
    await again;
  });

  it('outlives a re-INVITE that is not over', async () => {
    const leg = await world.call(talking());
    await world.answered(leg);
    world.server.send(leg.port, world.inDialog(leg, 'INVITE'));
    await world.server.next('INVITE');
    const signalled = leg.signal();
    world.server.send(leg.port, world.inDialog(leg, 'ACK', 'z9hG4bKother'));
    world.server.reply(await world.server.next('BYE'), 200);
    await signalled;
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });
});

describe('what crosses on the wire', () => {
  it('an answer that crosses CANCEL is acknowledged, and the call ended', async () => {
    const leg = await world.call(talking());
    const invite = await world.server.next('INVITE');
    world.server.reply(invite, 180);
    await leg.signal();
    const cancel = await world.server.next('CANCEL');
    world.server.reply(invite, 200, { body: sdp() });
    world.server.reply(cancel, 200);
    await world.server.next('ACK');
    world.server.reply(await world.server.next('BYE'), 200);
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
    expect(labels(leg).at(-1)).toBe('< 200 BYE');
  });

  it('an answer right after the 200 of CANCEL is acknowledged, and the call ended', async () => {
    const leg = await world.call(talking());
    const invite = await world.server.next('INVITE');
    world.server.reply(invite, 180);
    await leg.signal();
    world.server.reply(await world.server.next('CANCEL'), 200);
    world.server.reply(invite, 200, { body: sdp() });
    await world.server.next('ACK');
    world.server.reply(await world.server.next('BYE'), 200);
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it.each([200, 481])('a BYE of the other side that crosses ours is answered, ours may get %i', async (status) => {
    const leg = await world.call(talking());
    await world.answered(leg);
    await leg.signal();
    const ours = await world.server.next('BYE');
    world.server.send(leg.port, world.inDialog(leg, 'BYE', 'z9hG4bKbye'));
    expect((await world.server.next('BYE')).status).toBe(200);
    world.server.reply(ours, status);
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it('a re-INVITE of the other side that crosses our BYE does no harm', async () => {
    const leg = await world.call(talking());
    await world.answered(leg);
    await leg.signal();
    const ours = await world.server.next('BYE');
    world.server.send(leg.port, world.inDialog(leg, 'INVITE'));
    world.server.reply(ours, 200);
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
    expect(labels(leg).slice(-3)).toEqual(['> BYE', '< INVITE', '< 200 BYE']);
  });

  it('a CANCEL that crosses the answer is answered, and the call goes on', async () => {
    const scenario = callee('t', 'bob').invited().provisional(180).waitForSignalOrCancel().answer({ sdp: sdp() });
    const leg = await world.wait(scenario.hold().bye().source());
    world.server.send(leg.port, world.invite(leg.port));
    expect((await world.server.next('INVITE')).status).toBe(180);
    await leg.signal();
    const ok = await world.server.next('INVITE');
    world.server.send(leg.port, world.follow(leg.port, 'CANCEL', '<sip:bob@acme.example>', 1, 'z9hG4bKone'));
    expect(await world.server.next('CANCEL')).toMatchObject({ status: 200 });
    world.server.send(leg.port, world.follow(leg.port, 'ACK', header(ok.raw, 'To') ?? '', 1, 'z9hG4bKack'));
    await leg.signal();
    world.server.reply(await world.server.next('BYE'), 200);
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it('a CANCEL that crosses the signal to answer ends the leg well', async () => {
    const scenario = callee('t', 'bob').invited().provisional(180).waitForSignalOrCancel().answer({ sdp: sdp() });
    const leg = await world.wait(scenario.source());
    world.server.send(leg.port, world.invite(leg.port));
    const ringing = await world.server.next('INVITE');
    world.server.send(leg.port, world.follow(leg.port, 'CANCEL', '<sip:bob@acme.example>', 1, 'z9hG4bKone'));
    const signalled = leg.signal();
    const terminated = await world.server.next('INVITE');
    expect(terminated.status).toBe(487);
    world.server.send(leg.port, world.follow(leg.port, 'ACK', header(ringing.raw, 'To') ?? '', 1, 'z9hG4bKone'));
    await signalled;
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it('a signal on the heels of a CANCEL is passed over', async () => {
    const scenario = callee('t', 'bob').invited().provisional(180).waitForSignalOrCancel().answer({ sdp: sdp() });
    const leg = await world.wait(scenario.source());
    world.server.send(leg.port, world.invite(leg.port));
    const ringing = await world.server.next('INVITE');
    await leg.waitFor('180', (m) => m.status === 180, 2000);
    world.server.send(leg.port, world.follow(leg.port, 'CANCEL', '<sip:bob@acme.example>', 1, 'z9hG4bKone'));
    for (let i = 0; i < 20; i += 1) world.server.send(leg.port, signalMessage(leg.messages(), i) ?? '');
    expect((await first(leg, world.server.next('INVITE'))).status).toBe(487);
    world.server.send(leg.port, world.follow(leg.port, 'ACK', header(ringing.raw, 'To') ?? '', 1, 'z9hG4bKone'));
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it('a signal on the heels of a BYE is passed over', async () => {
    const leg = await world.call(talking());
    await world.answered(leg);
    world.server.send(leg.port, world.inDialog(leg, 'BYE', 'z9hG4bKbye'));
    for (let i = 0; i < 20; i += 1) world.server.send(leg.port, signalMessage(leg.messages(), i) ?? '');
    expect((await first(leg, world.server.next('BYE'))).status).toBe(200);
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });
});

it('a leg with no step that waits says so instead of waiting for ever', async () => {
  const leg = await world.call(caller('t').invite(invitation).expect(200).bye().source());
  await world.server.next('INVITE');
  await expect(leg.signal()).rejects.toThrow('Leg caller has no step that waits for a signal');
});
