import { expect, it } from 'vitest';
import { isIpAddress } from './ip-address.ts';

it.each([
  '192.0.2.5',
  '0.0.0.0',
  '255.255.255.255',
  '2001:db8:1:2:3:4:5:6',
  '2001:DB8::1',
  '::',
  '::1',
  'fe80::',
  '::ffff:192.0.2.5',
  '1:2:3:4:5:6:192.0.2.5',
])('%s is an IP address', (text) => {
  expect(isIpAddress(text)).toBe(true);
});

it.each([
  '',
  'device.example',
  '10.0.0.999',
  '10.0.0',
  '1.2.3.4.5',
  '2001:db8',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1::2::3',
  ':::',
  ':1',
  '12345::',
  '::g',
  '::192.0.2.999',
  '1:2:3:4:5:6:7:192.0.2.5',
  '192.0.2.5\n',
])('%j is none', (text) => {
  expect(isIpAddress(text)).toBe(false);
});
