import { describe, expect, it } from 'vitest';
import type { LegId } from '../ids.ts';
import { type CallBench, caller, dialling } from '../testing/call-bench.ts';
import { modelSdp } from '../testing/sdp.ts';

const greeting = { playMode: 'calleeFirst', callee: { phrases: [{ format: 'file', fileName: 'a.wav' }] } };
const early = (bench: CallBench, sdp = 'early', status = 183) =>
  bench.dispatch({ type: 'sip.progress', leg: bench.callee(), status, sdp, source: '192.0.2.9' });
const confirmed = (bench: CallBench, leg: LegId = caller) => bench.dispatch({ type: 'sip.confirmed', leg });

describe('early media of the callee (D-EARLY)', () => {
  it.each([183, 180])('in a %d reaches a caller who hears no tone of ours, behind a 183 with SDP', (status) => {
    const bench = dialling();
    early(bench, 'early', status);
    expect(bench.args(bench.callee(), 'accept')).toEqual(['early', '192.0.2.9']);
    expect(bench.toldTo(caller)).toEqual(['media.open', 'sip.progress', 'media.start', 'media.join']);
    expect(bench.args(caller, 'progress')).toEqual([183, `${caller} sdp`]);
    bench.answered(bench.callee(), { sdp: 'early' });
    confirmed(bench);
    // The same answer again says nothing new, and who hears each other goes on doing so.
    expect(bench.toldTo(bench.callee())).toEqual(['media.open', 'sip.invite', 'media.accept', 'media.watch']);
    expect(bench.told().filter((told) => told === 'media.join')).toHaveLength(1);
    expect(bench.told()).not.toContain('media.separate');
  });

  it('after a 180 gives the caller a 183 besides', () => {
    const bench = dialling();
    bench.dispatch({ type: 'sip.progress', leg: bench.callee(), status: 180 });
    early(bench);
    early(bench);
    expect(bench.toldTo(caller)).toEqual(['media.open', 'sip.progress', 'sip.progress', 'media.start', 'media.join']);
    expect(bench.names()).toEqual(['newCall', 'callNotify']);
  });

  it.each(['none', 'default'])('is not heard with ringbackTone %s', (ringbackTone) => {
    const bench = dialling({ ringbackTone });
    early(bench);
    expect(bench.told()).not.toContain('media.join');
    expect(bench.toldTo(bench.callee())).not.toContain('media.accept');
  });

  it('of forks is that of the one that spoke last, and after the answer that of the one that answered', () => {
    const bench = dialling();
    for (const sdp of ['first', 'second', 'second']) early(bench, sdp);
    bench.answered(bench.callee(), { sdp: 'first' });
    const accepted = bench.ports.commands.filter(({ call }) => call === 'accept').map(({ args }) => args[0]);
    expect(accepted).toEqual(['first', 'second', 'first']);
    expect(bench.args(caller, 'answer')).toEqual([`${caller} sdp`]);
  });

  it('that cannot be used is not heard, and the call goes on', () => {
    const bench = dialling();
    early(bench, 'nonsense');
    bench.dispatch({ type: 'media.failed', leg: bench.callee(), reason: 'invalidSdp', detail: 'x' });
    bench.answered(bench.callee(), { sdp: 'fine' });
    confirmed(bench);
    expect(bench.args(bench.callee(), 'accept')[0]).toBe('fine');
    expect(bench.host.stats()).toMatchObject({ legs: 2, connections: 1 });
  });

  it('ends with the answer where a greeting comes first (D-GREET)', () => {
    const bench = dialling({ greeting });
    early(bench);
    bench.answered(bench.callee());
    confirmed(bench);
    expect(bench.told()).toContain('media.separate');
    const [job] = bench.ports.jobs;
    expect(bench.told().filter((told) => told === 'media.join')).toHaveLength(1);
    bench.dispatch({ type: 'media.played', leg: bench.callee(), job: job?.id as never, stopped: false });
    expect(bench.told().filter((told) => told === 'media.join')).toHaveLength(2);
  });

  it('ends with the callee who refuses', () => {
    const bench = dialling();
    early(bench);
    bench.dispatch({ type: 'sip.failed', leg: bench.callee(), status: 486, reason: 'busy' });
    expect(bench.toldTo(caller).slice(-1)).toEqual(['media.separate']);
  });

  it('leaves its description in force: httpcall answers with it, and leads the caller to the device after the ACK', () => {
    const bench = dialling({}, { call: { sdp: modelSdp } });
    early(bench);
    bench.dispatch({ type: 'sip.failed', leg: bench.callee(), status: 486, reason: 'busy' });
    bench.answer('callNotify');
    const device = { codec: 'PCMU', receiveIp: '192.0.2.5', receivePort: 5_000 };
    bench.answer('callEvent', { action: 'httpcall', ...device });
    expect(bench.args(caller, 'answer')).toEqual([`${caller} sdp`]);
    expect(bench.toldTo(caller)).not.toContain('sip.reoffer');
    confirmed(bench);
    expect(bench.args(caller, 'reoffer')[0]).toContain('c=IN IP4 192.0.2.5');
    bench.dispatch({ type: 'sip.reoffered', leg: caller, status: 200, sdp: modelSdp });
    expect(bench.last('callAnswered').body).toMatchObject({ codec: 'PCMU', remoteRtpIp: '192.0.2.9' });
  });

  it('is not for a caller who has no description of ours: late offer (D-LATERING)', () => {
    const bench = dialling({}, { call: { sdp: undefined } as never });
    early(bench);
    expect(bench.args(caller, 'progress')).toEqual([180, undefined]);
    expect(bench.told()).not.toContain('media.join');
  });
});
