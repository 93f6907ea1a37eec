import type { CallbackName } from '@mediaservice/spec';
import { describe, expect, it } from 'vitest';
import type { Reply } from './ask.ts';
import type { Fault } from './consequences.ts';
import { judgeReply } from './judge.ts';

const asked = { sessionId: 's', replyId: 'r' };
const says = (json: unknown, more: Partial<Extract<Reply, { kind: 'answer' }>> = {}): Reply => ({
  ...{ kind: 'answer', status: 200, type: 'application/json', text: JSON.stringify(json), json, ms: 1 },
  ...more,
});
const device = { action: 'httpcall', codec: 'PCMU', receiveIp: '192.0.2.5', receivePort: 30_000 };
const recorded = { action: 'call', destAddr: 'sip:bob@callee.example', callRecording: true };
const empty: Reply = { kind: 'answer', status: 200, text: '', ms: 1 };
const faults = (name: CallbackName, reply: Reply): readonly Fault[] =>
  judgeReply(name, asked, reply).map(({ fault }) => fault);

describe('what a service takes', () => {
  it.each<[string, CallbackName, Reply]>([
    ['an action', 'newCall', says({ action: 'ivr' })],
    ['more than the document knows', 'newCall', says({ action: 'ivr', more: 1 })],
    ['a call', 'callEvent', says({ action: 'call', destAddr: 'sip:+46%20@callee.example:5060;transport=tcp' })],
    ['a call to an IPv6 address', 'newCall', says({ action: 'call', destAddr: 'sips:bob@[2001:db8::1]' })],
    ['a call without user', 'newCall', says({ action: 'call', destAddr: 'sip:callee.example' })],
    ['a status as dropCode', 'newCall', says({ action: 'drop', dropCode: 486 })],
    ['a status as text', 'newCall', says({ action: 'drop', dropCode: '486' })],
    ['JSON of another type', 'newCall', says({ action: 'ivr' }, { type: 'application/vnd.x+json; charset=utf-8' })],
    ['a device at an IPv4 address', 'newCall', says(device)],
    ['a device at an IPv6 address', 'callEvent', says({ ...device, receiveIp: '2001:db8::1' })],
    ['a recording as MP3', 'newCall', says({ ...recorded, recordingFileName: 'a.MP3' })],
    ['a recording that the service names', 'newCall', says(recorded)],
    ['a command', 'getIvrCommand', says({ sessionId: 's', replyId: 'r', hangup: true })],
    ['a command without ids', 'getIvrCommand', says({ dtmf: { maxDigits: 1 } })],
    [
      'an address in fileName',
      'getIvrCommand',
      says({ phrases: [{ format: 'url', fileName: 'https://a.example/b' }] }),
    ],
    ['nothing, where nothing is needed', 'newRemoteCall', empty],
    ['any success for what is only told', 'callNotify', says('thanks', { status: 202 })],
  ])('%s', (_, name, reply) => {
    expect(faults(name, reply)).toEqual([]);
  });
});

describe('what it rejects', () => {
  it.each<[string, CallbackName, Reply, Fault]>([
    ['no answer', 'newCall', { kind: 'none', words: 'it closed', ms: 1 }, 'failed'],
    ['no answer to what is told', 'callNotify', { kind: 'none', words: 'it closed', ms: 1 }, 'not noted'],
    ['404 to what is told', 'alarm', says({}, { status: 404 }), 'not noted'],
    ['201', 'newCall', says({ action: 'ivr' }, { status: 201 }), 'failed'],
    ['500', 'getIvrCommand', says({}, { status: 500 }), 'failed'],
    ['no body', 'newCall', empty, 'empty'],
    ['text', 'newCall', says({ action: 'ivr' }, { type: 'text/html' }), 'failed'],
    ['what is no JSON', 'newCall', { kind: 'answer', status: 200, text: '{', ms: 1 }, 'failed'],
    ['what is no UTF-8', 'newCall', { kind: 'answer', status: 200, ms: 1 }, 'failed'],
    ['a list', 'newCall', says([]), 'no object'],
    ['null', 'getIvrCommand', says(null), 'no object'],
    ['no action', 'newCall', says({}), 'no action'],
    ['null as action', 'callEvent', says({ action: null }), 'no action'],
    ['an action in other letters', 'newCall', says({ action: 'Drop' }), 'unknown action'],
    ['a number as action', 'callEvent', says({ action: 5 }), 'unknown action'],
    ['lunch', 'newCall', says({ action: 'drop', dropCode: 'lunch' }), 'unknown drop code'],
    ['200 as dropCode', 'callEvent', says({ action: 'drop', dropCode: 200 }), 'unknown drop code'],
    ['a call to nobody', 'newCall', says({ action: 'call' }), 'failed'],
    ['connect with nobody', 'callEvent', says({ action: 'connect' }), 'failed'],
    ['a property of another type', 'newCall', says({ action: 'ivr', callRecording: 'yes' }), 'failed'],
    ['tel:', 'newCall', says({ action: 'call', destAddr: 'tel:+4689' }), 'bad address'],
    ['headers in an address', 'newCall', says({ action: 'call', destAddr: 'sip:a@b.example?X=1' }), 'bad address'],
    [
      'a method in an address',
      'newCall',
      says({ action: 'call', destAddr: 'sip:a@b.example;method=BYE' }),
      'bad address',
    ],
    ['a device at 10.0.0.999', 'newCall', says({ ...device, receiveIp: '10.0.0.999' }), 'failed'],
    ['a device at half an IPv6 address', 'callEvent', says({ ...device, receiveIp: '2001:db8' }), 'failed'],
    ['a recording without extension', 'newCall', says({ ...recorded, recordingFileName: 'a' }), 'failed'],
    ['a recording as text file', 'callEvent', says({ ...recorded, recordingFileName: 'a.txt' }), 'failed'],
    ['a recording that has no name', 'getIvrCommand', says({ phrases: [{ format: 'record' }] }), 'bad phrase'],
    ['port 0', 'callEvent', says({ action: 'call', destAddr: 'sip:a@b.example:0' }), 'bad address'],
    ['half an escape', 'newCall', says({ action: 'call', destAddr: 'sip:a%z@b.example' }), 'bad address'],
    ['a line end', 'newCall', says({ action: 'call', destAddr: 'sip:a@b.example\n' }), 'bad address'],
    [
      'a monitor that is nowhere',
      'newCall',
      says({ action: 'ivr', monitorDestAddr: 'nowhere' }),
      'bad monitor address',
    ],
    ['nothing to do', 'getIvrCommand', says({ dtmf: { flush: true } }), 'nothing to do'],
    ['getIVRCommandAfter 0', 'getIvrCommand', says({ getIVRCommandAfter: 0 }), 'nothing to do'],
    ['the replyId of another', 'getIvrCommand', says({ replyId: 'x', hangup: true }), 'nothing to do'],
    ['maxDigits 0', 'getIvrCommand', says({ dtmf: { maxDigits: 0 } }), 'failed'],
    ['an unknown format', 'getIvrCommand', says({ phrases: [{ format: 'morse' }] }), 'bad phrase'],
    ['a file without name', 'getIvrCommand', says({ phrases: [{ format: 'file' }] }), 'bad phrase'],
    ['the session of another', 'getCallIdentifier', says({ sessionId: 'x' }), 'failed'],
  ])('%s', (_, name, reply, fault) => {
    expect(new Set(faults(name, reply))).toEqual(new Set([fault]));
  });

  // Held to a limit by the time that a test may take: each fault once cost a look at all others.
  it.each([
    ['that are no objects', 1, 'getIvrCommand'],
    ['that are unlike the document', {}, 'getIvrCommand'],
    ['that lack what the document does not ask for', { format: 'file' }, 'getIvrCommand'],
  ] as const)('tells the first of very many phrases %s, and how many more there are', (_, phrase, name) => {
    const phrases: unknown[] = Array.from({ length: 150_000 }, () => phrase);
    phrases[0] = { format: 'file', fileName: 'a.wav' };
    const found = judgeReply(name, asked, says({ phrases }));
    expect(found.map(({ pointer }) => pointer?.split('/').slice(0, 3).join('/'))).toEqual([
      ...Array.from({ length: 20 }, (_one, i) => `/phrases/${i + 1}`),
      undefined,
    ]);
    expect(new Set(found.map(({ fault }) => fault))).toEqual(new Set(['bad phrase']));
    expect(found.at(-1)?.words).toBe('149979 more of the kind');
  });

  it('tells the last of many phrases where it is', () => {
    const phrases: unknown[] = Array.from({ length: 2500 }, () => ({ format: 'file', fileName: 'a.wav' }));
    phrases.push({ format: 'morse' });
    const found = judgeReply('getIvrCommand', asked, says({ phrases }));
    expect(found.map(({ pointer }) => pointer)).toEqual(['/phrases/2500/format']);
    expect(found[0]?.words).toMatch(/^\/phrases\/2500\/format must be one of /);
  });

  it('tells as many as there are where they are few, and what else is wrong before', () => {
    const twenty = Array.from({ length: 20 }, () => 1);
    expect(judgeReply('getIvrCommand', asked, says({ phrases: twenty }))).toHaveLength(20);
    const [only, ...others] = judgeReply('getIvrCommand', asked, says({ phrases: twenty, hangup: 'yes' }));
    expect(only?.pointer).toBe('/hangup');
    expect(others).toEqual([]);
  });

  it('tells the first of very many headers', () => {
    const xHeaders = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`x-${i}`, {}]));
    const found = judgeReply('newCall', asked, says({ action: 'call', xHeaders }));
    expect(found).toHaveLength(21);
    expect(found.at(-1)?.words).toBe('59980 more of the kind');
  });

  it('tells what, where and what comes of it', () => {
    expect(judgeReply('getIvrCommand', asked, says({}, { status: 500 }))).toEqual([
      {
        fault: 'failed',
        words: 'it answered 500 where only 200 is an answer',
        consequence: {
          sip: 'BYE',
          phone: 'the call is ended with BYE: the caller hears nothing',
          alarm: 'ivrCommandError: getIvrCommand request error',
          completed: 'error',
        },
      },
    ]);
  });
});
