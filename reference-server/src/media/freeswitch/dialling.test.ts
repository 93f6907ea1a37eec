import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { type DialledCall, Dialling } from './dialling.ts';

const callThatIsOver = (): DialledCall =>
  Object.assign(new EventEmitter(), {
    connected: true,
    destroy: () => Promise.reject(new Error('unable to find dialog')),
  });

it('ends a call that is over already without a refusal', async () => {
  const call = await new Dialling({ createUAC: async () => callThatIsOver() }).createUAC('sip:x', {});
  await expect(call.destroy()).resolves.toBe(undefined);
});

it('tells whoever dials of the end of the call, and nobody else', async () => {
  const calls = [callThatIsOver(), callThatIsOver()];
  const dialling = new Dialling({ createUAC: async () => calls.shift() ?? callThatIsOver() });
  let ends = 0;
  const first = await dialling.watched(
    () => dialling.createUAC('sip:x', {}),
    () => ends++,
  );
  const second = await dialling.createUAC('sip:x', {});
  second.emit('destroy');
  expect(ends).toBe(0);
  first.emit('destroy');
  expect(ends).toBe(1);
});

it('tells of the end of a call that came with its answer, before anybody could listen to it', async () => {
  const call = Object.assign(callThatIsOver(), { connected: false });
  const dialling = new Dialling({ createUAC: async () => call });
  let ends = 0;
  await dialling.watched(
    () => dialling.createUAC('sip:x', {}),
    () => ends++,
  );
  expect(ends).toBe(1);
});
