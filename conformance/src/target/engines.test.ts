import { describe, expect, it } from 'vitest';
import { embeddedTarget } from './embedded.ts';
import { enginesOf } from './engines.ts';
import { TargetError } from './types.ts';

const DRACHTIO_AT = '127.0.0.1:9022,cymru,127.0.0.2:5060';
const FREESWITCH_AT = '127.0.0.1:8021,ClueCon';
const drachtio = { host: '127.0.0.1', port: 9022, secret: 'cymru', sip: { host: '127.0.0.2', port: 5060 } };
const freeswitch = { host: '127.0.0.1', port: 8021, secret: 'ClueCon' };

describe('engines of the environment', () => {
  it.each([
    ['none without a stack', { DRACHTIO_AT, FREESWITCH_AT }, undefined],
    ['none with the embedded one', { STACK: 'embedded', DRACHTIO_AT }, undefined],
    ['both', { STACK: 'drachtio', DRACHTIO_AT, FREESWITCH_AT }, { drachtio, freeswitch }],
    ['containers where no address is given', { STACK: 'drachtio', FREESWITCH_AT: '' }, 'containers'],
    ['SIP alone', { STACK: 'drachtio', DRACHTIO_AT, FREESWITCH_AT: '' }, { drachtio }],
    [
      'media alone, with a directory',
      { STACK: 'drachtio', FREESWITCH_AT: `${FREESWITCH_AT},/srv/media` },
      { freeswitch: { ...freeswitch, directory: '/srv/media' } },
    ],
  ])('%s', (_, env, expected) => expect(enginesOf(env)).toEqual(expected));

  it.each([
    ['a stack that is not there', { STACK: 'asterisk' }, /STACK is asterisk/],
    ['no secret', { STACK: 'drachtio', DRACHTIO_AT: '127.0.0.1:9022' }, /DRACHTIO_AT is/],
    ['no SIP address', { STACK: 'drachtio', DRACHTIO_AT: '127.0.0.1:9022,cymru' }, /DRACHTIO_AT is/],
    ['no port', { STACK: 'drachtio', FREESWITCH_AT: '127.0.0.1,ClueCon' }, /FREESWITCH_AT is/],
  ])('refuses %s', (_, env, message) => {
    expect(() => enginesOf(env)).toThrow(message);
    expect(() => enginesOf(env)).toThrow(TargetError);
  });
});

describe('a reference server on engines elsewhere', () => {
  it('is called where drachtio-server takes SIP, and has no gauges of an engine of its own', async () => {
    const { target, dispose } = await embeddedTarget(undefined, { drachtio, freeswitch });
    await dispose();
    expect(target.sip).toEqual({ host: '127.0.0.2', port: 5060, transport: 'udp' });
    expect(target.metrics?.atRest?.filter((name) => name.includes('_sip_'))).toEqual([]);
    expect(target.name).toBe('reference server on drachtio-server and FreeSWITCH');
  });
});
