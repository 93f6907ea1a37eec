import { expect, it } from 'vitest';
import { nameAddr } from './name-addr.ts';

it.each<{ name: string; value: string; parts: Partial<ReturnType<typeof nameAddr>> }>([
  {
    name: 'a bare one',
    value: '<sip:a@b>;tag=1',
    parts: { displayName: undefined, user: 'a', headerParameters: { tag: '1' } },
  },
  { name: 'a token as name', value: 'Bob  Smith <sip:a@b>', parts: { displayName: 'Bob  Smith' } },
  { name: 'a quoted name', value: '"A \\"B\\" \\\\ C; <x>" <sip:a@b>', parts: { displayName: 'A "B" \\ C; <x>' } },
  {
    name: 'parameters of user and URI',
    value: '<sip:+461;tgrp=x;f@h:5060;transport=udp;lr>;expires=5',
    parts: {
      user: '+461',
      userParameters: { tgrp: 'x', f: '' },
      uriParameters: { transport: 'udp', lr: '' },
      headerParameters: { expires: '5' },
    },
  },
  {
    name: 'a quoted parameter',
    value: '<sip:a@b>;reason="no answer"',
    parts: { headerParameters: { reason: 'no answer' } },
  },
  { name: 'an escaped user', value: '<sip:a%20b@c>', parts: { user: 'a b' } },
  { name: 'what is none', value: 'nonsense', parts: { uri: '', user: '' } },
])('takes $name apart', ({ value, parts }) => {
  expect(nameAddr(value)).toMatchObject(parts);
});
