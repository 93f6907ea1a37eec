import { describe, expect, it } from 'vitest';
import type { RequirementRow } from '../catalogue/row.ts';
import { EXIT } from '../verdict/exit-code.ts';
import { type SelftestOptions, selftest } from './selftest.ts';
import { recordedIo } from './testing/world.ts';

const row = (slug: string, area = 'newcall'): RequirementRow => ({
  ...{ slug, area, text: `${slug} holds.`, level: 'documented', strength: 'MUST', role: 'service', source: 's' },
});
const machine = { sipp: async () => undefined, engine: async () => undefined };
const options: SelftestOptions = { runner: 'local', report: 'nowhere', stacks: 1 };

describe('selftest --gaps', () => {
  it('names the rows that have no mutant, and runs nothing', async () => {
    const io = recordedIo();
    const rows = [row('newcall-called-party'), row('newcall-nobody-breaks-this'), row('other', 'other')];
    const code = await selftest({ ...options, gaps: true, area: 'newcall' }, { rows, machine }, io);
    expect(code).toBe(EXIT.incomplete);
    expect(io.said.out).toContain('newcall-nobody-breaks-this');
    expect(io.said.out).not.toContain('newcall-called-party ');
    expect(io.said.out).toMatch(/^1 MUST rows without a mutant/m);
  });
});

it.each<[string, Partial<SelftestOptions>, RegExp]>([
  ['nothing that fits', { mutant: 'no such mutant' }, /No mutant fits/],
  ['a variant that there is not', { variant: 'silent' }, /no variant silent; there are none, minimal, chatty/],
  ['no SIPp', { area: 'newcall' }, /SIPp is not installed/],
])('refuses %s before anything is started', async (_name, wish, text) => {
  const parts = { rows: [row('newcall-called-party')], machine };
  await expect(selftest({ ...options, ...wish }, parts, recordedIo())).rejects.toThrow(text);
});
