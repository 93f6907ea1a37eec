import { describe, expect, it } from 'vitest';
import { localLauncher } from './launcher.ts';
import { body, header } from './message-log.ts';
import { caller } from './scenario.ts';
import { sdp } from './sdp.ts';
import { invitation, labels, World } from './testing/world.ts';

const world = new World();

describe('a calling leg', () => {
  it('stays in the call until it is signalled, then says goodbye', async () => {
    const leg = await world.call(caller('t').invite(invitation).expect(200).hold().bye().source());
    await leg.ready;
    await world.answered(leg);
    await leg.signal();
    world.server.reply(await world.server.next('BYE'), 200);
    const result = await leg.done;
    expect(result.problem).toBe('');
    expect(result).toMatchObject({ ok: true, counters: { created: 1, successful: 1, failed: 0 } });
    // Copies count once: on a busy machine this process may take longer for an answer than T1.
    expect([...new Set(labels(leg))]).toEqual([
      '> INVITE',
      '< 180 INVITE',
      '< 200 INVITE',
      '> ACK',
      '> BYE',
      '< 200 BYE',
    ]);
    const [invite] = leg.messages();
    expect(Math.abs((invite?.at ?? 0) - Date.now())).toBeLessThan(10_000);
  });

  it('sends what the steps say, literally', async () => {
    const leg = await world.call(
      caller('odd <text> & "quotes"')
        .invite({
          ...invitation,
          displayName: 'A "quoted" \\ name [x]',
          headers: ['X-Odd: [call_id] \\x41 $1 <&> é', 'Diversion: <sip:1@[::1]>;reason=busy'],
        })
        .expect(603)
        .source(),
    );
    const invite = await world.server.next('INVITE');
    world.server.reply(invite, 603);
    const ack = await world.server.next('ACK');
    expect((await leg.done).ok).toBe(true);
    expect(invite.raw.split('\r\n')[0]).toBe('INVITE sip:+4612@acme.example SIP/2.0');
    expect(header(invite.raw, 'From')).toMatch(/^"A \\"quoted\\" \\\\ name \[x\]" <sip:alice@127\.0\.0\.1>;tag=/);
    expect(header(invite.raw, 'X-Odd')).toBe('[call_id] \\x41 $1 <&> é');
    expect(header(invite.raw, 'Diversion')).toBe('<sip:1@[::1]>;reason=busy');
    expect(body(invite.raw)).toContain('c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 101\r\n');
    expect(Number(header(invite.raw, 'Content-Length'))).toBe(body(invite.raw).length);
    expect(header(ack.raw, 'Via')).toBe(header(invite.raw, 'Via'));
  });

  it('answers BYE of the other side while it holds', async () => {
    const leg = await world.call(caller('t').invite(invitation).expect(200).hold().bye().source());
    await world.answered(leg);
    world.server.send(leg.port, world.inDialog(leg, 'BYE'));
    expect((await world.server.next('BYE')).status).toBe(200);
    expect(await leg.done).toMatchObject({ ok: true });
  });

  it('answers re-INVITE while it holds, and holds on', async () => {
    const leg = await world.call(
      caller('t')
        .invite(invitation)
        .expect(200)
        .hold(sdp({ version: 2 }))
        .bye()
        .source(),
    );
    await world.answered(leg);
    world.server.send(leg.port, world.inDialog(leg, 'INVITE'));
    const ok = await world.server.next('INVITE');
    expect(body(ok.raw)).toContain('o=- 1 2 IN IP4 127.0.0.1');
    world.server.send(leg.port, world.inDialog(leg, 'ACK', 'z9hG4bKother'));
    await leg.waitFor('ACK received', (m) => m.method === 'ACK' && m.direction === 'received', 2000);
    await leg.signal();
    const bye = await world.server.next('BYE');
    expect(header(bye.raw, 'To')).toMatch(/;tag=srv$/);
    world.server.reply(bye, 200);
    expect(await leg.done).toMatchObject({ ok: true });
  });

  it('cancels when it is signalled before the answer', async () => {
    const leg = await world.call(caller('t').invite(invitation).expectOrCancel().hold().bye().source());
    const invite = await world.server.next('INVITE');
    world.server.reply(invite, 180);
    await leg.waitFor('180', (m) => m.status === 180, 2000);
    await leg.signal();
    const cancel = await world.server.next('CANCEL');
    expect(header(cancel.raw, 'Via')).toBe(header(invite.raw, 'Via'));
    expect(header(cancel.raw, 'CSeq')).toBe('1 CANCEL');
    expect(header(cancel.raw, 'To')).toBe(header(invite.raw, 'To'));
    world.server.reply(cancel, 200);
    world.server.reply(invite, 487);
    await world.server.next('ACK');
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it('sends requests inside the dialog with rising CSeq', async () => {
    const leg = await world.call(
      caller('t')
        .invite(invitation)
        .expect(200)
        .send('INFO', { body: { type: 'application/dtmf-relay', text: 'Signal=5\nDuration=160\n' } })
        .bye()
        .source(),
    );
    await world.answered(leg);
    const info = await world.server.next('INFO');
    world.server.reply(info, 200);
    const bye = await world.server.next('BYE');
    world.server.reply(bye, 200);
    expect(body(info.raw)).toContain('Signal=5\r\nDuration=160');
    expect([header(info.raw, 'CSeq'), header(bye.raw, 'CSeq')]).toEqual(['2 INFO', '3 BYE']);
    expect(await leg.done).toMatchObject({ ok: true });
  });

  it('fails with a sentence when another status comes', async () => {
    const leg = await world.call(caller('t').invite(invitation).expect(200).source());
    world.server.reply(await world.server.next('INVITE'), 404);
    const result = await leg.done;
    expect(result.ok).toBe(false);
    expect(result.problem).toMatch(/^Leg caller: SIPp counted 1 of 1 calls, 0 successful, 1 failed: .*404/);
  });

  it('is not well when SIPp is satisfied with a call missing at its time-out', async () => {
    const leg = await world.call(caller('t').invite(invitation).expect(200).hold().bye().source(), { timeoutMs: 2000 });
    await world.answered(leg);
    expect(await leg.done).toMatchObject({
      ok: false,
      problem: 'Leg caller: it was not over after 2 s; the last message was ACK, sent',
    });
  });

  it('tells what did not come', async () => {
    const leg = await world.call(caller('t').invite(invitation).expect(200).source());
    await expect(leg.waitFor('an answer', (m) => m.status === 200, 100)).rejects.toThrow(
      /^Leg caller: no an answer within 0\.1 s/,
    );
  });

  it('with a broken scenario says what SIPp says', async () => {
    const leg = await world.call(caller('t').raw('<send><![CDATA[[no_such_keyword]]]></send>').source());
    expect(await leg.done).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/SIPp counted 0 of 1 calls.*: /),
    });
  });
});

it('SIPp that is not there is one sentence', async () => {
  await expect(localLauncher({ PATH: '/usr/bin' }, 'no-such-sipp')).rejects.toThrow(
    /^SIPp is not installed: install the package sip-tester/,
  );
});
