import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { isThisMachine } from './here.ts';

const own = Object.values(networkInterfaces()).flatMap((one) => one ?? []);

it.each([
  ['loopback', '127.0.0.1', true],
  ['loopback that no interface names', '127.9.9.9', true],
  ['a name of loopback', 'localhost', true],
  ['an address of an interface', own.find(({ family }) => family === 'IPv4')?.address ?? '127.0.0.1', true],
  ['somebody else (RFC 5737)', '192.0.2.7', false],
  ['a name that nobody has (RFC 2606)', 'target.invalid', false],
])('%s', async (_name, host, wanted) => {
  expect(await isThisMachine(host)).toBe(wanted);
});
