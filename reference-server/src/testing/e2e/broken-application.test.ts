/** An application that misbehaves costs its own call and nobody else's: the alarm of D-ALARM, and a final response. */
import { createSocket } from 'node:dgram';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Json } from '../../session/json.ts';
import type { Misbehaviour } from '../webhook-app.ts';
import { domain, openStage, type Stage } from './stage.ts';

// Limits for a machine that does much else; nothing waits for them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 30_000);
afterAll(() => stage?.close());
beforeEach(() => {
  stage.app.received.length = 0;
  stage.app.answer = () => undefined;
  stage.app.misbehave = () => undefined;
});
afterEach(() => expect.poll(() => stage.unrest(), { timeout: 15_000 }).toEqual([]));

const faults: [string, Misbehaviour][] = [
  ['is slow', 'silence'],
  ['hangs up', 'reset'],
  ['answers 500', { status: 500, body: '{}' }],
  ['answers 404', { status: 404, body: '{}' }],
  ['answers HTML', { type: 'text/html', body: '<p>hello</p>' }],
  ['answers broken JSON', { body: '{"action"' }],
  ['answers what is no object', { body: '"ivr"' }],
  ['nests without end', { body: '['.repeat(100_000) }],
];

describe('newCall: the caller gets 480 when the application', () => {
  it.each(faults)('%s', async (_name, fault) => {
    stage.app.misbehave = ({ name }) => (name === 'newCall' ? fault : undefined);
    expect(await stage.phones.call(stage.uri('1000'))).toEqual({ status: 480 });
    expect((await stage.app.next('alarm')).body).toMatchObject({ type: 'newCallEventError', domain });
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'error' });
    expect(stage.app.received.filter(({ name }) => name === 'newCall')).toHaveLength(1);
  });
});

describe('getIvrCommand: the call is ended when the application', () => {
  it.each(faults)('%s', async (_name, fault) => {
    stage.app.answer = ({ name }) => (name === 'newCall' ? { action: 'ivr' } : undefined);
    stage.app.misbehave = ({ name }) => (name === 'getIvrCommand' ? fault : undefined);
    const call = await stage.phones.call(stage.uri('1000'));
    if ('status' in call) throw new Error(`refused with ${call.status}`);
    await call.ended;
    expect((await stage.app.next('alarm')).body).toMatchObject({ type: 'ivrCommandError', domain });
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'error' });
  });

  it.each<[string, string, object]>([
    ['asks for nothing at all', 'IVR command failed', {}],
    ['answers with nothing', 'Empty body in getIvrCommand response', { empty: true }],
  ])('%s', async (_name, error, answer) => {
    stage.app.answer = ({ name }) => (name === 'newCall' ? { action: 'ivr' } : JSON.parse(JSON.stringify(answer)));
    stage.app.misbehave = ({ name }) => (name === 'getIvrCommand' && 'empty' in answer ? { body: '' } : undefined);
    const call = await stage.phones.call(stage.uri('1000'));
    if ('status' in call) throw new Error(`refused with ${call.status}`);
    expect((await stage.app.next('alarm')).body).toMatchObject({ type: 'ivrCommandError', error });
    await call.ended;
    expect((await stage.app.next('sessionCompleted')).body).toMatchObject({ reason: 'error' });
  });

  it('names a prompt that is not there: the alarm tells, and the rest of the command is done', async () => {
    const answer = { phrases: [{ format: 'file', fileName: 'none.wav' }], hangup: true };
    stage.app.answer = ({ name }) => (name === 'newCall' ? { action: 'ivr' } : answer);
    const call = await stage.phones.call(stage.uri('1000'));
    if ('status' in call) throw new Error(`refused with ${call.status}`);
    expect((await stage.app.next('alarm')).body).toMatchObject({ type: 'ivrCommandError', error: 'phraseError' });
    await call.ended;
    await stage.app.next('sessionCompleted');
  });
});

/** An end that refuses every INVITE, and keeps what it was sent. */
const refuser = async () => {
  const socket = createSocket('udp4');
  const invites: string[] = [];
  socket.on('message', (bytes, { port, address }) => {
    const text = bytes.toString('utf8');
    if (!text.startsWith('INVITE ')) return;
    invites.push(text);
    const kept = text.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/i.test(line));
    const lines = ['SIP/2.0 486 Busy Here', ...kept.map((line) => (/^To:/i.test(line) ? `${line};tag=r` : line))];
    socket.send([...lines, 'Content-Length: 0', '', ''].join('\r\n'), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { host: `127.0.0.1:${socket.address().port}`, invites, close: () => socket.close() };
};

describe('an INVITE of a strange answer', () => {
  let far: Awaited<ReturnType<typeof refuser>>;
  beforeAll(async () => {
    far = await refuser();
  });
  afterAll(() => far?.close());
  beforeEach(() => {
    far.invites.length = 0;
    stage.complaints.length = 0;
  });

  const refused = async (more: Readonly<Record<string, Json>>): Promise<readonly string[]> => {
    stage.app.answer = ({ name }) =>
      name === 'newCall' ? { action: 'call', destAddr: `sip:b@${far.host}`, ...more } : { action: 'drop' };
    expect(await stage.phones.call(stage.uri('1000'))).toEqual({ status: 603 });
    expect((await stage.app.next('callEvent')).body).toMatchObject({ event: 'calledPartyFailure' });
    await stage.app.next('sessionCompleted');
    expect(stage.complaints.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    return (far.invites[0] ?? '').split('\r\n\r\n')[0]?.split('\r\n') ?? [];
  };

  it.each<[string, Readonly<Record<string, Json>>]>([
    ['100 kB in one header', { xHeaders: { 'x-big': 'a'.repeat(100_000) } }],
    ['900 kB of headers', { xHeaders: { 'x-big': Array.from({ length: 900 }, () => 'a'.repeat(990)) } }],
    ['20 000 headers', { pHeaders: { 'p-many': Array.from({ length: 20_000 }, () => 'a') } }],
    ['a display name of 900 kB', { displayName: 'a'.repeat(900_000) }],
    ['letters that no user part may have', { destAddr: 'sip:a^b|å#@127.0.0.1:9' }],
    ['a transport that there is not', { destAddr: 'sip:b@127.0.0.1:9;transport=carrier-pigeon' }],
    ['a host that there is not', { destAddr: 'sip:b@application.invalid' }],
  ])('%s cannot be sent: callEvent asks, and the caller is refused', async (_name, more) => {
    await refused(more);
    expect(far.invites).toEqual([]);
  });

  it.each<[string, (host: string) => Readonly<Record<string, Json>>]>([
    ['half a character', () => ({ displayName: 'a\ud800', sipFrom: '\udc00', contactParameters: { a: '\ud800' } })],
    ['a percent sign in a name', () => ({ contactParameters: { 'a%b': '1' }, contactUserParameters: { '%': '' } })],
    ['line ends behind percent signs', (host) => ({ destAddr: `sip:a%0d%0aX-Evil%3A%20b@${host}` })],
  ])('%s is sent as one well-formed INVITE', async (_name, more) => {
    const lines = await refused(more(far.host));
    expect(far.invites.length).toBeGreaterThan(0);
    expect(lines[0]).toMatch(/^INVITE sip:(?:[\w.!~*'()&=+$,;?/-]|%[\dA-Fa-f]{2})+@[\d.:]+ SIP\/2\.0$/);
    expect(lines.filter((line) => /^X-Evil|^Subject/i.test(line))).toEqual([]);
    const contact = lines.find((line) => line.startsWith('Contact:')) ?? '';
    expect(contact.replaceAll(/%[\dA-F]{2}/gi, '')).not.toContain('%');
  });
});
