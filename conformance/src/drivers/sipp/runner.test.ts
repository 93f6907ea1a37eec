import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeServer, fakeServer } from './fake-server.ts';
import { localLauncher } from './launcher.ts';
import { body, header } from './message-log.ts';
import { createSippRunner } from './runner.ts';
import { callee, caller } from './scenario.ts';
import { sdp } from './sdp.ts';
import type { SippHandle, SippRunner, SippStart } from './types.ts';

const host = '127.0.0.1';
let runner: SippRunner;
let server: FakeServer;
const legs: SippHandle[] = [];

beforeAll(async () => {
  runner = await createSippRunner({ runner: process.env.SIPP_RUNNER === 'docker' ? 'docker' : 'local' });
}, 120_000);
beforeEach(async () => {
  server = await fakeServer();
});
afterEach(async () => {
  await Promise.all(legs.splice(0).map((leg) => leg.stop()));
  server.close();
});
afterAll(async () => {
  await runner.close();
});

async function call(scenario: SippStart['scenario'], more: Partial<SippStart> = {}): Promise<SippHandle> {
  const leg = await runner.start({
    ...{ scenario, role: 'uac', name: 'caller', remote: { host, port: server.port }, local: { host }, timeoutMs: 5000 },
    media: { host, port: 40_000 },
    ...more,
  });
  legs.push(leg);
  return leg;
}

const invitation = { to: '+4612', domain: 'acme.example', from: 'alice', sdp: sdp() };
const labels = (leg: SippHandle): string[] =>
  leg.messages().map((m) => `${m.direction === 'sent' ? '>' : '<'} ${m.status ?? ''}${m.status ? ' ' : ''}${m.method}`);

async function answered(leg: SippHandle): Promise<void> {
  const invite = await server.next('INVITE');
  server.reply(invite, 180);
  server.reply(invite, 200, { body: sdp() });
  await server.next('ACK');
  await leg.waitFor('ACK', (m) => m.method === 'ACK', 2000);
}

describe('a calling leg', () => {
  it('stays in the call until it is signalled, then says goodbye', async () => {
    const leg = await call(caller('t').invite(invitation).expect(200).hold().bye().source());
    await leg.ready;
    await answered(leg);
    await leg.signal();
    server.reply(await server.next('BYE'), 200);
    const result = await leg.done;
    expect(result.problem).toBe('');
    expect(result).toMatchObject({ ok: true, counters: { created: 1, successful: 1, failed: 0 } });
    expect(labels(leg)).toEqual(['> INVITE', '< 180 INVITE', '< 200 INVITE', '> ACK', '> BYE', '< 200 BYE']);
    const [invite] = leg.messages();
    expect(Math.abs((invite?.at ?? 0) - Date.now())).toBeLessThan(10_000);
  });

  it('sends what the steps say, literally', async () => {
    const leg = await call(
      caller('odd <text> & "quotes"')
        .invite({
          ...invitation,
          displayName: 'A "quoted" \\ name [x]',
          headers: ['X-Odd: [call_id] \\x41 $1 <&> é', 'Diversion: <sip:1@[::1]>;reason=busy'],
        })
        .expect(603)
        .source(),
    );
    const invite = await server.next('INVITE');
    server.reply(invite, 603);
    const ack = await server.next('ACK');
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
    const leg = await call(caller('t').invite(invitation).expect(200).hold().bye().source());
    await answered(leg);
    server.send(leg.port, inDialog(leg, 'BYE'));
    expect((await server.next('BYE')).status).toBe(200);
    expect(await leg.done).toMatchObject({ ok: true });
  });

  it('answers re-INVITE while it holds, and holds on', async () => {
    const leg = await call(
      caller('t')
        .invite(invitation)
        .expect(200)
        .hold(sdp({ version: 2 }))
        .bye()
        .source(),
    );
    await answered(leg);
    server.send(leg.port, inDialog(leg, 'INVITE'));
    const ok = await server.next('INVITE');
    expect(body(ok.raw)).toContain('o=- 1 2 IN IP4 127.0.0.1');
    server.send(leg.port, inDialog(leg, 'ACK', 'z9hG4bKother'));
    await leg.waitFor('ACK received', (m) => m.method === 'ACK' && m.direction === 'received', 2000);
    await leg.signal();
    const bye = await server.next('BYE');
    expect(header(bye.raw, 'To')).toMatch(/;tag=srv$/);
    server.reply(bye, 200);
    expect(await leg.done).toMatchObject({ ok: true });
  });

  it('cancels when it is signalled before the answer', async () => {
    const leg = await call(caller('t').invite(invitation).expectOrCancel().hold().bye().source());
    const invite = await server.next('INVITE');
    server.reply(invite, 180);
    await leg.waitFor('180', (m) => m.status === 180, 2000);
    await leg.signal();
    const cancel = await server.next('CANCEL');
    expect(header(cancel.raw, 'Via')).toBe(header(invite.raw, 'Via'));
    expect(header(cancel.raw, 'CSeq')).toBe('1 CANCEL');
    expect(header(cancel.raw, 'To')).toBe(header(invite.raw, 'To'));
    server.reply(cancel, 200);
    server.reply(invite, 487);
    await server.next('ACK');
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it('sends requests inside the dialog with rising CSeq', async () => {
    const leg = await call(
      caller('t')
        .invite(invitation)
        .expect(200)
        .send('INFO', { body: { type: 'application/dtmf-relay', text: 'Signal=5\nDuration=160\n' } })
        .bye()
        .source(),
    );
    await answered(leg);
    const info = await server.next('INFO');
    server.reply(info, 200);
    const bye = await server.next('BYE');
    server.reply(bye, 200);
    expect(body(info.raw)).toContain('Signal=5\r\nDuration=160');
    expect([header(info.raw, 'CSeq'), header(bye.raw, 'CSeq')]).toEqual(['2 INFO', '3 BYE']);
    expect(await leg.done).toMatchObject({ ok: true });
  });

  it('fails with a sentence when another status comes', async () => {
    const leg = await call(caller('t').invite(invitation).expect(200).source());
    server.reply(await server.next('INVITE'), 404);
    const result = await leg.done;
    expect(result.ok).toBe(false);
    expect(result.problem).toMatch(/^Leg caller: SIPp counted 1 of 1 calls, 0 successful, 1 failed: .*404/);
  });

  it('is not well when SIPp is satisfied with a call missing at its time-out', async () => {
    const leg = await call(caller('t').invite(invitation).expect(200).hold().bye().source(), { timeoutMs: 700 });
    await answered(leg);
    expect(await leg.done).toMatchObject({
      ok: false,
      problem: 'Leg caller: it was not over after 0.7 s; the last message was ACK, sent',
    });
  });

  it('tells what did not come', async () => {
    const leg = await call(caller('t').invite(invitation).expect(200).source());
    await expect(leg.waitFor('an answer', (m) => m.status === 200, 100)).rejects.toThrow(
      /^Leg caller: no an answer within 0\.1 s/,
    );
  });

  it('with a broken scenario says what SIPp says', async () => {
    const leg = await call(caller('t').raw('<send><![CDATA[[no_such_keyword]]]></send>').source());
    expect(await leg.done).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/SIPp counted 0 of 1 calls.*: /),
    });
  });
});

describe('a called leg', () => {
  const invite = (port: number, cseq = 1): string =>
    [
      `INVITE sip:bob@127.0.0.1:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${server.port};branch=z9hG4bKone`,
      `Record-Route: <sip:127.0.0.1:${server.port};lr>`,
      'From: "T" <sip:target@acme.example>;tag=tt',
      'To: <sip:bob@acme.example>',
      `Call-ID: call-${port}@fake`,
      `CSeq: ${cseq} INVITE`,
      `Contact: <sip:target@127.0.0.1:${server.port}>`,
      'Max-Forwards: 70',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
  const follow = (port: number, method: string, to: string, cseq: number, branch: string): string =>
    invite(port, cseq)
      .replace(/^INVITE/, method)
      .replace('CSeq: ' + cseq + ' INVITE', `CSeq: ${cseq} ${method}`)
      .replace('z9hG4bKone', branch)
      .replace('To: <sip:bob@acme.example>', `To: ${to}`)
      .replace(/Record-Route.*\r\n/, '');
  const wait = async (scenario: SippStart['scenario']): Promise<SippHandle> => {
    const leg = await runner.start({
      scenario,
      role: 'uas',
      name: 'callee',
      local: { host },
      timeoutMs: 5000,
      media: { host, port: 40_002 },
    });
    legs.push(leg);
    await leg.ready;
    return leg;
  };

  it('rings, answers when signalled, and hangs up when signalled', async () => {
    const leg = await wait(
      callee('t', 'bob')
        .invited()
        .provisional(180)
        .waitForSignalOrCancel()
        .answer({ sdp: sdp() })
        .hold()
        .bye()
        .source(),
    );
    server.send(leg.port, invite(leg.port));
    expect((await server.next('INVITE')).status).toBe(180);
    await leg.signal();
    const ok = await server.next('INVITE');
    expect(ok.status).toBe(200);
    expect(header(ok.raw, 'CSeq')).toBe('1 INVITE');
    expect(header(ok.raw, 'Record-Route')).toBe(`<sip:127.0.0.1:${server.port};lr>`);
    expect(body(ok.raw)).toContain('m=audio 40002');
    const to = header(ok.raw, 'To') ?? '';
    server.send(leg.port, follow(leg.port, 'ACK', to, 1, 'z9hG4bKack'));
    await leg.waitFor('ACK', (m) => m.method === 'ACK', 2000);
    await leg.signal();
    const bye = await server.next('BYE');
    expect(header(bye.raw, 'From')).toBe(to);
    expect(header(bye.raw, 'To')).toBe('"T" <sip:target@acme.example>;tag=tt');
    expect(header(bye.raw, 'Route')).toBe(`<sip:127.0.0.1:${server.port};lr>`);
    expect(bye.raw).toMatch(new RegExp(`^BYE sip:target@127\\.0\\.0\\.1:${server.port} SIP/2\\.0\r\n`));
    server.reply(bye, 200);
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it.each([
    ['that only rings', () => callee('t', 'bob').invited().provisional(180).cancelled()],
    [
      'that would answer later',
      () => callee('t', 'bob').invited().provisional(180).waitForSignalOrCancel().answer({ sdp: sdp() }),
    ],
  ])('%s takes CANCEL', async (_, scenario) => {
    const leg = await wait(scenario().source());
    server.send(leg.port, invite(leg.port, 7));
    const ringing = await server.next('INVITE');
    server.send(leg.port, follow(leg.port, 'CANCEL', '<sip:bob@acme.example>', 7, 'z9hG4bKone'));
    expect((await server.next('CANCEL')).status).toBe(200);
    const terminated = await server.next('INVITE');
    expect(terminated.status).toBe(487);
    expect(header(terminated.raw, 'CSeq')).toBe('7 INVITE');
    expect(header(terminated.raw, 'To')).toBe(header(ringing.raw, 'To'));
    server.send(leg.port, follow(leg.port, 'ACK', header(ringing.raw, 'To') ?? '', 7, 'z9hG4bKone'));
    expect(await leg.done).toMatchObject({ ok: true, problem: '' });
  });

  it('refuses', async () => {
    const leg = await wait(callee('t', 'bob').invited().refuse(486).source());
    server.send(leg.port, invite(leg.port));
    const busy = await server.next('INVITE');
    expect(busy.raw).toMatch(/^SIP\/2\.0 486 Busy Here\r\n/);
    expect(body(busy.raw).trim()).toBe('');
    server.send(leg.port, follow(leg.port, 'ACK', header(busy.raw, 'To') ?? '', 1, 'z9hG4bKone'));
    expect(await leg.done).toMatchObject({ ok: true });
  });

  it('that nobody calls is no success', async () => {
    const leg = await wait(callee('t', 'bob').invited().refuse(486).source());
    await leg.stop();
    expect(await leg.done).toMatchObject({
      ok: false,
      problem: 'Leg callee: it was stopped before its end; no message was sent or received',
    });
  });
});

it('SIPp that is not there is one sentence', async () => {
  await expect(localLauncher('no-such-sipp')).rejects.toThrow(/^SIPp is not installed: install the package sip-tester/);
});

/** A request of the server's side of the dialog that the leg has set up. */
function inDialog(leg: SippHandle, method: string, branch = 'z9hG4bKsrv'): string {
  const invite = leg.messages().find((m) => m.method === 'INVITE' && m.direction === 'sent')?.raw ?? '';
  return [
    `${method} sip:alice@127.0.0.1:${leg.port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${server.port};branch=${branch}`,
    `From: ${header(invite, 'To')};tag=srv`,
    `To: ${header(invite, 'From')}`,
    `Call-ID: ${header(invite, 'Call-ID')}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:fake@127.0.0.1:${server.port}>`,
    'Max-Forwards: 70',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
