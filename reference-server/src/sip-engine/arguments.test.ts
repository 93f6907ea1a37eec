import { describe, expect, it } from 'vitest';
import { readArguments, UsageError } from './arguments.ts';

describe('readArguments', () => {
  it('reads addresses, several transports and the secret', () => {
    const args = ['--sip', 'udp:127.0.0.1:0', '--sip', 'tcp:[::1]:5070', '--app', 'localhost:9022', '--secret', 's'];
    expect(readArguments(args)).toEqual({
      type: 'run',
      quiet: false,
      options: {
        sip: [
          { protocol: 'udp', host: '127.0.0.1', port: 0 },
          { protocol: 'tcp', host: '::1', port: 5070 },
        ],
        app: { host: 'localhost', port: 9022, secret: 's' },
      },
    });
  });

  it.each([
    { name: 'no secret', args: [], says: 'A secret is missing' },
    { name: 'two secrets', args: ['--secret', 'a', '--secret-file', 'b'], says: 'not both' },
    { name: 'a secret that cannot be sent', args: ['--secret', 'a|b'], says: 'may not contain' },
    { name: 'a secret file that is not there', args: ['--secret-file', '/nonexistent/secret'], says: 'cannot be read' },
    { name: 'a transport that is none', args: ['--secret', 's', '--sip', 'sctp:127.0.0.1:5060'], says: '--sip takes' },
    { name: 'a port that is none', args: ['--secret', 's', '--sip', 'udp:127.0.0.1:70000'], says: '--sip takes' },
    { name: 'a name to listen on', args: ['--secret', 's', '--sip', 'udp:example.com:5060'], says: 'not the name' },
    { name: 'an unknown option', args: ['--bogus'], says: '--bogus' },
  ])('refuses $name in one sentence', ({ args, says }) => {
    const read = () => readArguments(args);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(says);
  });
});
