import { expect, it } from 'vitest';
import type { Link } from '../../drivers/outside/types.ts';
import { isRequest } from './outbound.ts';
import { type AroundWire, wireOn } from './wire.ts';

const request = (method: string): string =>
  [
    `${method} sip:callee@127.0.0.1 SIP/2.0`,
    'Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKone',
    'From: <sip:target@acme.example>;tag=1',
    'To: <sip:callee@127.0.0.1>',
    'Call-ID: one',
    `CSeq: 1 ${method}`,
    '',
    '',
  ].join('\r\n');

/** A wire to which `come` brings messages; `meanwhile` happens in each wait. */
function wireWith(meanwhile: () => void) {
  let come: (text: string) => void = () => {};
  const around: AroundWire = {
    newId: () => 'id',
    record: () => undefined,
    target: { timers: { stepMs: 1000 } },
    harness: {
      clock: { now: () => 0 },
      outside: {
        after: () => () => undefined,
        sleep: () => Promise.resolve(meanwhile()),
      },
    },
  };
  const link: Link = {
    ...{ host: '127.0.0.1', port: 5060, close: () => undefined, send: () => Promise.resolve() },
    onMessage: (listener) => {
      come = listener;
    },
  };
  return { wire: wireOn(around, 'callee', 'UDP', link), come: (text: string) => come(text) };
}

it('sees what came before it watched, where it may never come', async () => {
  const { wire, come } = wireWith(() => undefined);
  come(request('INVITE'));
  come(request('CANCEL'));
  expect(await wire.watch(100, isRequest('CANCEL'))).toEqual([]);
  expect(await wire.watch(100, isRequest('CANCEL'), { from: 0 })).toHaveLength(1);
});

it('counts copies from where it begins to watch', async () => {
  const { wire, come } = wireWith(() => come(request('INVITE')));
  come(request('INVITE'));
  expect(await wire.watch(100, isRequest('INVITE'))).toHaveLength(1);
});
