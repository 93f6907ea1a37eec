import { beforeEach, describe, expect, it } from 'vitest';
import { AddressBook } from './sip-addresses.ts';
import { SipText } from './sip-text.ts';

const message = (...lines: readonly string[]): SipText => new SipText([...lines, '', ''].join('\r\n'));
let book: AddressBook<{ readonly port: number }>;
let next = 0;

beforeEach(() => {
  next = 50_000;
  book = new AddressBook({ host: '127.0.0.1', front: 5060, target: 6060 }, async () => {
    next += 1;
    return { port: next };
  });
});

describe('translated', () => {
  it('gives what the suite names a port that stands for it, and the target its own address', async () => {
    const invite = message(
      'INVITE sip:1@127.0.0.1:5060 SIP/2.0',
      'Via: SIP/2.0/UDP 127.0.0.1:7000;rport',
      'To: <sip:1@127.0.0.1:5060>',
      'Contact: <sip:2@127.0.0.1:7000>',
      'X-Told: 127.0.0.1:7000',
    );
    expect((await book.translated(invite, 'toTarget')).split('\r\n')).toEqual([
      'INVITE sip:1@127.0.0.1:6060 SIP/2.0',
      'Via: SIP/2.0/UDP 127.0.0.1:50001;rport',
      'To: <sip:1@127.0.0.1:6060>',
      'Contact: <sip:2@127.0.0.1:50001>',
      'X-Told: 127.0.0.1:7000',
      '',
      '',
    ]);
  });

  it('gives a proxy of the suite a port too, so that what follows the route passes here', async () => {
    const invite = message('INVITE sip:1@127.0.0.1:5060 SIP/2.0', 'Record-Route: <sip:127.0.0.1:7001;lr>');
    const text = await book.translated(invite, 'toTarget');
    expect(text.split('\r\n')[1]).toBe('Record-Route: <sip:127.0.0.1:50001;lr>');
  });

  it('gives the suite back what it said, rport too', async () => {
    await book.guiseOf('127.0.0.1', 7000);
    const ok = message(
      'SIP/2.0 200 OK',
      'Via: SIP/2.0/UDP 127.0.0.1:50001;rport=50001;received=127.0.0.1',
      'Contact: <sip:127.0.0.1:6060>',
    );
    expect((await book.translated(ok, 'fromTarget')).split('\r\n').slice(1, 3)).toEqual([
      'Via: SIP/2.0/UDP 127.0.0.1:7000;rport=7000;received=127.0.0.1',
      'Contact: <sip:127.0.0.1:5060>',
    ]);
  });

  it('knows the two ports of a connection', async () => {
    const ok = message('SIP/2.0 200 OK', 'Via: SIP/2.0/TCP 127.0.0.1:7000;rport=40000');
    const text = await book.translated(ok, 'fromTarget', { suite: 41_000, seen: 40_000 });
    expect(text.split('\r\n')[1]).toBe('Via: SIP/2.0/TCP 127.0.0.1:7000;rport=41000');
  });

  it('forgets', async () => {
    await book.guiseOf('127.0.0.1', 7000);
    expect(book.clear()).toEqual([{ port: 50_001 }]);
    const bye = message('BYE sip:2@127.0.0.1:50001 SIP/2.0');
    expect(await book.translated(bye, 'fromTarget')).toContain('BYE sip:2@127.0.0.1:50001 ');
  });
});
