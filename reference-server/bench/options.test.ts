import { describe, expect, it } from 'vitest';
import { readOptions, UsageError } from './options.ts';

describe('the command line of the bench', () => {
  it('takes what make passes for settings that were not given as not given', () => {
    const given = readOptions(['--calls', '', '--seconds', '', '--only', '', '--peers', '', '--drachtio', '']);
    expect(given).toEqual(readOptions([]));
    expect(given).toMatchObject({
      calls: [50, 200, 800],
      only: ['relay', 'media', 'sip', 'ivr'],
      drachtio: 'drachtio',
    });
  });

  it('reads lists and numbers', () => {
    expect(readOptions(['--calls', '5, 10', '--rounds', '1', '--only', 'sip', '--peers', 'ts,plain'])).toMatchObject({
      calls: [5, 10],
      rounds: 1,
      only: ['sip'],
      peers: ['ts', 'plain'],
    });
  });

  it('gives nothing when help is asked for', () => {
    expect(readOptions(['--help'])).toBeUndefined();
  });

  it.each([
    ['no number', ['--calls', '5,many'], /--calls takes whole numbers from 1 to 2000, not "many"/],
    ['too many', ['--media-calls', '5000'], /--media-calls takes whole numbers/],
    ['none', ['--rounds', '0'], /--rounds takes whole numbers/],
    ['too few idle calls', ['--ivr-calls', '100'], /--ivr-calls takes whole numbers from 200 to 4500, not "100"/],
    ['an unknown part', ['--only', 'relay,video'], /--only takes relay, media, sip, ivr, not "video"/],
    ['an unknown option', ['--loud'], /--loud/],
  ])('refuses %s', (_name, args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(message);
  });
});
