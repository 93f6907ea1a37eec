import { describe, expect, it } from 'vitest';
import { loadTarget, parseTarget } from './load.ts';

const good = `name: a vendor
rest: { baseUrl: http://127.0.0.1:8080 }
domain: acme.example
credentials:
  kind: hs256
  secret: s3cret
sip: { host: 127.0.0.1, port: 5060 }
callbacks: { baseUrl: http://127.0.0.1:9000/cb }
numbers: { prefix: "+4610", first: 1000, last: 1999 }
suite: { host: 127.0.0.1 }
`;

/** A placeholder as it stands in the file. */
const slot = (what: string): string => `$${'{'}${what}}`;

describe('a target file', () => {
  it('gets its defaults', async () => {
    expect(await parseTarget(good, 't.yaml')).toEqual({
      name: 'a vendor',
      rest: { baseUrl: 'http://127.0.0.1:8080' },
      domain: 'acme.example',
      credentials: { kind: 'hs256', secret: 's3cret' },
      sip: { host: '127.0.0.1', port: 5060, transport: 'udp' },
      callbacks: { baseUrl: 'http://127.0.0.1:9000/cb', alarmUrl: 'http://127.0.0.1:9000/cb/alarm' },
      numbers: { prefix: '+4610', first: 1000, last: 1999 },
      suite: { host: '127.0.0.1' },
      tenants: {},
      capabilities: [],
      timers: { callbackTimeoutMs: 5000, dtmfGraceMs: 400, quietMs: 300, stepMs: 5000 },
    });
  });

  it('fills one free port wherever its name stands, as a number where it stands alone', async () => {
    const text = good
      .replaceAll('5060', `"${slot('port:sip')}"`)
      .replace('domain:', `description: on ${slot('port:sip')}\ndomain:`);
    const target = await parseTarget(text, 't.yaml');
    expect(target.sip.port).toBeGreaterThan(1023);
    expect(target.description).toBe(`on ${target.sip.port}`);
  });

  it('takes secrets from the environment', async () => {
    const target = await parseTarget(good.replace('s3cret', slot('env:KEY')), 't.yaml', { KEY: 'from outside' });
    expect(target.credentials).toEqual({ kind: 'hs256', secret: 'from outside' });
  });

  it.each([
    [
      'a text of redact',
      'Lab 4711 0815',
      'of Ann Ångström, ext. 998877; not 9988770',
      'Lab …',
      'of …, ext. …; not 9988770',
    ],
    ['a secret of its own', 'opened by s3cret', 's3cret', 'opened by …', '…'],
    ['a token that nobody named', 'Lab', 'Bearer abcdefghijklmnopqrst', 'Lab', 'Bearer …'],
    ['user and password', 'Lab', 'see http://me:opens@x/', 'Lab', 'see http://redacted@x/'],
  ])('says nothing of %s in its name and description', async (_what, name, description, asName, asDescription) => {
    const text = `${good.replace('a vendor', name)}redact: ["4711 0815", "998877", "Ann A\u030angstro\u0308m"]\n`;
    const target = await parseTarget(`${text}description: "${description}"\n`, 't.yaml');
    expect(target).toMatchObject({ name: asName, description: asDescription });
    expect(target.credentials).toMatchObject({ secret: 's3cret' });
  });

  it.each([
    ['broken YAML', good.replace('sip: {', 'sip: [{'), /^t\.yaml:\d+: not YAML: /],
    [
      'a setting that is misspelt',
      good.replace('domain:', 'domian:'),
      /^t\.yaml:\d+: \/domian is not a setting of a target file$/,
    ],
    [
      'nothing at all',
      '# nothing\n',
      't.yaml is empty; `mediaservice-conformance init --force t.yaml` writes what belongs there.',
    ],
    ['a missing setting', good.replace(/domain:.*\n/, ''), 't.yaml:1: / needs "domain"'],
    [
      'a missing inner setting',
      good.replace('host: 127.0.0.1, port: 5060', 'port: 5060'),
      't.yaml:7: /sip needs "host"',
    ],
    [
      'a setting that does not exist',
      good.replace('port: 5060', 'port: 5060, prot: udp'),
      't.yaml:7: /sip/prot is not a setting of a target file',
    ],
    ['a wrong type', good.replace('5060', 'fifty'), 't.yaml:7: /sip/port must be integer'],
    [
      'a wrong choice',
      good.replace('5060', '5060, transport: smoke'),
      't.yaml:7: /sip/transport must be one of udp, tcp',
    ],
    [
      'a kind of credentials without its secret',
      good.replace('  secret: s3cret\n', ''),
      't.yaml:5: /credentials needs "secret"',
    ],
    [
      'a URL that is none',
      good.replace('http://127.0.0.1:8080', 'localhost'),
      /^t\.yaml:2: \/rest\/baseUrl must match pattern/,
    ],
    [
      'alarms elsewhere',
      good.replace('/cb }', '/cb, alarmUrl: http://10.0.0.1/x }'),
      /alarmUrl must be on the host and port/,
    ],
    [
      'an instance elsewhere',
      good.replace('domain:', 'mediaservice: { id: b, baseUrl: http://10.0.0.1/x }\ndomain:'),
      /mediaservice\/baseUrl must be on the host and port/,
    ],
    [
      'a hybrid service without a site',
      good.replace('domain:', 'capabilities: [hybrid]\ndomain:'),
      /capability hybrid needs "siteId"/,
    ],
    [
      'credentials that are not told',
      good.replace('domain:', 'capabilities: [digest-auth]\ndomain:'),
      /capability digest-auth needs "sipCredentials"/,
    ],
    [
      'several services of which none is told',
      good.replace('domain:', 'capabilities: [multi-service]\ndomain:'),
      /capability multi-service needs "mediaservice"/,
    ],
    ['an empty range', good.replace('last: 1999', 'last: 999'), 't.yaml: /numbers/last is below /numbers/first'],
    [
      'an unset variable',
      good.replace('s3cret', slot('env:NOPE')),
      't.yaml: the environment variable NOPE is not set, but the file uses it: set it, or write the value into the file',
    ],
  ])('%s is one clear sentence', async (_, text, message) => {
    await expect(parseTarget(text, 't.yaml')).rejects.toThrow(message);
  });

  it('that is not there is one clear sentence', async () => {
    await expect(loadTarget('nowhere/t.yaml')).rejects.toThrow(
      /^There is no target file nowhere\/t\.yaml; `mediaservice-conformance init nowhere\/t\.yaml` writes one\.$/,
    );
  });
});
