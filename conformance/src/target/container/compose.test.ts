import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { addition } from './compose.ts';

const network = { name: 'n', gateway: '198.18.0.1', target: '198.18.0.2' };
const place = { network, labels: { l: 'v' } };
const calls = { ipv4_address: '198.18.0.2' };

describe('what is added to a compose file', () => {
  it.each([
    ['no networks of its own: it stays in the default one', '{}', { default: null, 'mediaservice-calls': calls }],
    ['a list of them', '{ networks: [a, b] }', { 'mediaservice-calls': calls }],
    ['a mapping of them', '{ networks: { a: {} } }', { 'mediaservice-calls': calls }],
  ])('to a service with %s', (_name, service, networks) => {
    expect(parse(addition(`services: { one: ${service}, two: {} }`, 'one', place))).toEqual({
      services: { one: { labels: { l: 'v' }, networks, extra_hosts: ['suite:198.18.0.1'] } },
      networks: { 'mediaservice-calls': { external: true, name: 'n' } },
    });
  });

  it('has the version of the file, where that has one', () => {
    expect(parse(addition('version: "3.8"\nservices: { one: {} }', 'one', place))).toMatchObject({ version: '3.8' });
  });

  it('is refused for a service that is not there, naming those that are', () => {
    expect(() => addition('services: { one: {}, two: {} }', 'three', place)).toThrow(
      'no service three; it has one, two',
    );
  });
});
