/** Endpoints open, answer, offer, refuse and close. */
import { expect, it } from 'vitest';
import type { LegId } from '../../../session/ids.ts';
import { poll } from '../until.ts';
import type { Stage } from './stage.ts';

export function opening(stage: Stage): void {
  const { call, play, over, file, prompt, event, phone, open, free, events } = stage;

  it.each([
    ['the offer puts first', ['PCMA', 'PCMU'], 8],
    ['is the only one', ['PCMA'], 8],
    ['is PCMU', ['PCMU'], 0],
  ] as const)('answers with the codec that %s, and the event type of the offer', async (_, codecs, type) => {
    const { far } = await call({ codecs, events: 97 });
    const { sdp } = await event('media.opened');
    expect(sdp).toMatch(new RegExp(`^m=audio \\d*[02468] RTP/AVP ${type} 97\r$`, 'm'));
    const first = await far.watch.until(() => far.packets[0], 'a packet');
    expect(first.payloadType).toBe(type);
  });

  it('offers by itself, and takes the answer', async () => {
    const far = await phone({ codecs: ['PCMA'] });
    const leg = 'leg-out' as LegId;
    open(leg, { codecs: ['PCMA', 'PCMU'] });
    const { sdp } = await event('media.opened');
    expect(sdp).toMatch(/^m=audio \d+ RTP\/AVP 8 0 \d+\r$/m);
    stage.under.port.accept(leg, far.sdp());
    const job = play(leg, file(await prompt(700, 300)));
    expect(await over(job)).toMatchObject({ type: 'media.played', stopped: false });
    expect(far.heard(700).milliseconds).toBeCloseTo(300, -2);
    expect(far.audio.every((packet) => packet.payloadType === 8)).toBe(true);
  });

  it.each([
    ['no SDP', 'hello'],
    ['nothing', ''],
    ['no audio', 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n'],
    [
      'no codec in common',
      'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18\r\n',
    ],
  ])('refuses an offer that is %s', async (_, offer) => {
    open('bad' as LegId, { offer });
    expect(await event('media.failed')).toMatchObject({ leg: 'bad', reason: 'invalidSdp' });
    await free();
  });

  it('refuses an answer that takes nothing of the offer', async () => {
    const leg = 'leg-out' as LegId;
    open(leg, {});
    const { sdp } = await event('media.opened');
    stage.under.port.accept(leg, sdp.replace(/^m=audio \d+/m, 'm=audio 0'));
    expect(await event('media.failed')).toMatchObject({ leg, reason: 'invalidSdp' });
    stage.under.port.close(leg);
    await free();
  });

  it('sends nothing to a far end that has no description of ours yet (waits), until it is told to start', async () => {
    const far = await phone({ codecs: ['PCMU'] });
    const leg = 'leg-waits' as LegId;
    open(leg, { offer: far.sdp(), waits: true });
    await event('media.opened');
    const job = play(leg, file(await prompt(700, 300)));
    // Another leg that talks shows that time has passed for this one too.
    const { far: other } = await call();
    await other.watch.until(() => other.packets[5], 'packets of the other leg');
    expect(far.packets).toEqual([]);
    stage.under.port.start(leg);
    expect(await over(job)).toMatchObject({ type: 'media.played', stopped: false });
    expect(far.heard(700).milliseconds).toBeCloseTo(300, -2);
  });

  it('gives everything back, closed twice, and closed before it was open', async () => {
    const { leg } = await call();
    play(leg, file(await prompt(500, 2000)));
    await poll(() => stage.under.inUse().players === 1, 'the player');
    stage.under.port.close(leg);
    stage.under.port.close(leg);
    const early = 'early' as LegId;
    open(early, {});
    stage.under.port.close(early);
    stage.under.port.close('never' as LegId);
    await free();
    expect(events.filter((each) => each.type === 'media.failed' || each.type === 'media.played')).toEqual([]);
  });
}
