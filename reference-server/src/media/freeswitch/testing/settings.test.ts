import { expect, it } from 'vitest';
import { testSwitch } from './settings.ts';

it.each([
  ['nothing', '', undefined],
  ['an address', '192.0.2.1', { host: '192.0.2.1', port: 8021, secret: 'ClueCon' }],
  ['a port and a secret', '192.0.2.1:8022,hush', { host: '192.0.2.1', port: 8022, secret: 'hush' }],
])('reads %s', (_, setting, at) => {
  if (at === undefined) expect(testSwitch(setting)).toBe(undefined);
  else expect(testSwitch(setting)?.at).toMatchObject(at);
});
