/** A party who talked to us is led to a device by a re-INVITE while another offer of its dialog is under way (RFC 3261 section 14). */
import { expect, it } from 'vitest';
import { talking } from '../testing/call-bench.ts';
import { modelSdp } from '../testing/sdp.ts';

const httpcall = { action: 'httpcall', codec: 'PCMU', receiveIp: '192.0.2.5', receivePort: 5_000 };

/** The caller held, so that the callee gets a re-INVITE; then the caller goes, and the callee is to go to the device. */
const heldAndAlone = () => {
  const bench = talking({}, { call: { sdp: modelSdp } });
  const { far } = bench;
  bench.dispatch({
    type: 'sip.offered',
    leg: 'leg-in' as typeof far,
    offerId: 'hold',
    method: 'reInvite',
    sdp: modelSdp,
  });
  bench.dispatch({
    type: 'media.updated',
    leg: 'leg-in' as typeof far,
    offerId: 'hold',
    sdp: 'x',
    direction: 'sendonly',
  });
  bench.dispatch({ type: 'media.offered', leg: far, sdp: 'our offer' });
  bench.answer('callNotify');
  bench.dispatch({ type: 'sip.ended', leg: 'leg-in' as typeof far, cause: 'bye' });
  bench.answer('callEvent', httpcall);
  const reoffers = () => bench.ports.commands.filter(({ leg, call }) => leg === far && call === 'reoffer');
  return { ...bench, reoffers };
};

it.each([
  [200, 'is taken'],
  [488, 'is refused'],
])('waits for the answer to the re-INVITE before, which %i %s', (status) => {
  const { far, reoffers, dispatch, names, answer } = heldAndAlone();
  expect(reoffers()).toHaveLength(1);
  dispatch({ type: 'sip.reoffered', leg: far, status, ...(status === 200 && { sdp: 'their answer' }) });
  expect(reoffers()).toHaveLength(2);
  expect(reoffers()[1]?.args[0]).toContain('c=IN IP4 192.0.2.5');
  dispatch({ type: 'sip.reoffered', leg: far, status: 200, sdp: modelSdp });
  expect(answer('callAnswered').body).toMatchObject({ codec: 'PCMU', remoteRtpIp: '192.0.2.9' });
  expect(names().filter((name) => name.startsWith('alarm'))).toEqual([]);
});

it('tries later when the re-INVITE before got a 491', () => {
  const { far, reoffers, dispatch, ports } = heldAndAlone();
  dispatch({ type: 'sip.reoffered', leg: far, status: 491 });
  expect(reoffers()).toHaveLength(1);
  ports.clock.advance(4_000);
  expect(reoffers()).toHaveLength(2);
  expect(reoffers()[1]?.args[0]).toContain('c=IN IP4 192.0.2.5');
});

it.each([481, 408])('gives the party up when the re-INVITE before gets %i', (status) => {
  const { far, dispatch, toldTo, last, answer } = heldAndAlone();
  dispatch({ type: 'sip.reoffered', leg: far, status });
  expect(toldTo(far).filter((told) => told === 'sip.hangup')).toHaveLength(1);
  answer('alarm');
  expect(last('sessionCompleted').body.reason).toBe('error');
});

it.each([
  ['an offer', modelSdp],
  ['no offer', undefined],
])('refuses a re-INVITE of the party with %s that media has not worked out yet', (_name, sdp) => {
  const bench = talking({}, { call: { sdp: modelSdp } });
  const { far } = bench;
  bench.dispatch({ type: 'sip.ended', leg: 'leg-in' as typeof far, cause: 'bye' });
  bench.dispatch({ type: 'sip.offered', leg: far, offerId: 'theirs', method: 'reInvite', ...(sdp && { sdp }) });
  bench.answer('callEvent', httpcall);
  expect(bench.args(far, 'respondOffer')).toEqual(['theirs', 491, undefined]);
  expect(bench.toldTo(far).slice(-1)).toEqual(['sip.reoffer']);
});
