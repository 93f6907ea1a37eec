import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LegId, PlayJobId } from '../ids.ts';
import type { Json } from '../json.ts';
import { type Bench, ivrBench } from '../testing/bench.ts';

const leg = 'leg-in' as LegId;
const file = (fileName: string) => ({ format: 'file', fileName });
const endPlay = ({ ports, dispatch }: Bench, stopped = false) =>
  dispatch({ type: 'media.played', leg, job: ports.jobs.at(-1)?.id ?? ('none' as PlayJobId), stopped });
const asked = ({ names }: Bench) => names().filter((name) => name === 'getIvrCommand').length;
const params = (bench: Bench) => bench.last('getIvrCommand').body.dtmfParams;

describe('D-DTMF', () => {
  interface Row {
    readonly dtmf: Json;
    readonly keys: string;
    readonly wait?: number;
    readonly params: Json;
  }
  it.each<[string, Row]>([
    [
      'termination key',
      {
        dtmf: { terminationKey: '#*' },
        keys: '12*',
        params: { dtmfMatch: '12', reason: 'terminationKey', matchedTerminationKey: '*' },
      },
    ],
    [
      'termination key alone',
      { dtmf: { terminationKey: '#' }, keys: '#', params: { reason: 'terminationKey', matchedTerminationKey: '#' } },
    ],
    ['maxDigits', { dtmf: { maxDigits: 3 }, keys: '123', params: { dtmfMatch: '123', reason: 'maxDigits' } }],
    [
      'termination key as last of maxDigits',
      {
        dtmf: { maxDigits: 2, terminationKey: '#' },
        keys: '1#',
        params: { dtmfMatch: '1', reason: 'terminationKey', matchedTerminationKey: '#' },
      },
    ],
    ['firstTimeout', { dtmf: { firstTimeout: 2 }, keys: '', wait: 2_000, params: { reason: 'firstTimeout' } }],
    [
      'firstTimeout of the domain',
      { dtmf: { maxDigits: 2 }, keys: '', wait: 10_000, params: { reason: 'firstTimeout' } },
    ],
    [
      'betweenTimeout',
      { dtmf: { betweenTimeout: 3 }, keys: '12', wait: 3_000, params: { dtmfMatch: '12', reason: 'betweenTimeout' } },
    ],
    [
      'betweenTimeout of the domain',
      { dtmf: { maxDigits: 9 }, keys: '1', wait: 5_000, params: { dtmfMatch: '1', reason: 'betweenTimeout' } },
    ],
  ])('%s', (_name, { dtmf, keys, wait, params: expected }) => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { dtmf });
    bench.press(keys);
    if (wait !== undefined) {
      bench.ports.clock.advance(wait - 1);
      expect(asked(bench)).toBe(1);
      bench.ports.clock.advance(1);
    }
    expect(asked(bench)).toBe(2);
    expect(params(bench)).toEqual(expected);
  });

  it('counts firstTimeout from the end of the phrases', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { phrases: [file('a.wav')], dtmf: { firstTimeout: 2 } });
    bench.ports.clock.advance(60_000);
    endPlay(bench);
    bench.ports.clock.advance(1_999);
    expect(asked(bench)).toBe(1);
    bench.ports.clock.advance(1);
    expect(params(bench)).toEqual({ reason: 'firstTimeout' });
  });

  it('restarts betweenTimeout with each digit', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { dtmf: { betweenTimeout: 2 } });
    for (const digit of '123') {
      bench.press(digit);
      bench.ports.clock.advance(1_999);
    }
    expect(asked(bench)).toBe(1);
    bench.ports.clock.advance(1);
    expect(params(bench)).toEqual({ dtmfMatch: '123', reason: 'betweenTimeout' });
  });

  it('keeps typed-ahead digits for the next collection and all of them in the buffer', () => {
    const bench = ivrBench();
    bench.press('1');
    bench.answer('getIvrCommand', { dtmf: { maxDigits: 2 } });
    bench.press('23');
    expect(params(bench)).toEqual({ dtmfMatch: '12', reason: 'maxDigits' });
    bench.answer('getIvrCommand', { dtmf: { maxDigits: 1 } });
    expect(params(bench)).toEqual({ dtmfMatch: '3', reason: 'maxDigits' });
    expect(bench.last('getIvrCommand').body.dtmfBuffer).toBe('123');
  });

  it('flush empties buffer and typed-ahead digits first', () => {
    const bench = ivrBench();
    bench.press('12');
    bench.answer('getIvrCommand', { dtmf: { flush: true, maxDigits: 1 } });
    expect(asked(bench)).toBe(1);
    bench.press('9');
    expect(bench.last('getIvrCommand').body).toMatchObject({ dtmfBuffer: '9', dtmfParams: { dtmfMatch: '9' } });
  });

  it('takes digits of SIP INFO', () => {
    const bench = ivrBench();
    bench.answer('getIvrCommand', { dtmf: { maxDigits: 1 } });
    bench.dispatch({ type: 'sip.dtmf', leg, digit: '7' as never });
    expect(params(bench)).toEqual({ dtmfMatch: '7', reason: 'maxDigits' });
  });
});

describe('D-CRYPT', () => {
  it('hides the digits of the next request only', () => {
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const bench = ivrBench();
    bench.answer('getIvrCommand', { dtmf: { maxDigits: 2, encryption: { type: 'md5', salt: 'pepper' } } });
    bench.press('42');
    expect(bench.last('getIvrCommand').body).toMatchObject({
      dtmfBuffer: md5('pepper42'),
      dtmfParams: { dtmfMatch: md5('pepper42'), reason: 'maxDigits', encryption: { type: 'md5' } },
    });
    expect(JSON.stringify(bench.ports.logged)).not.toContain('42');
    bench.answer('getIvrCommand', { dtmf: { maxDigits: 1 } });
    bench.press('3');
    expect(params(bench)).toEqual({ dtmfMatch: '3', reason: 'maxDigits' });
  });
});
