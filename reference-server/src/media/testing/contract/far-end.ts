/** The far end moves, holds, falls silent. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { expect, it } from 'vitest';
import type { LegId } from '../../../session/ids.ts';
import { sequenceDistance } from '../../core/rtp.ts';
import { poll } from '../until.ts';
import { RTP_TIMEOUT, type Stage } from './stage.ts';

export function farEnd(stage: Stage): void {
  const { call, play, over, file, prompt, event, phone, open, events } = stage;

  it('is sent to where its packets come from', async () => {
    const far = await phone();
    const elsewhere = await phone();
    const leg = 'nat' as LegId;
    open(leg, { offer: far.sdp({ port: elsewhere.port }) });
    far.connect((await event('media.opened')).sdp);
    await elsewhere.watch.until(() => elsewhere.packets[0], 'a packet where the SDP says');
    void far.talk(new Int16Array(8000));
    await far.watch.until(() => far.packets.length >= 5, 'packets where they come from');
  });

  it('keeps its stream and its pace under a flood of rubbish', async () => {
    const { far } = await call();
    await far.watch.until(() => far.packets.length >= 5, 'packets before the flood');
    const port = Number(/^m=audio (\d+)/m.exec((await event('media.opened')).sdp)?.[1]);
    const stranger = createSocket('udp4');
    const from = far.packets.length;
    const began = performance.now();
    for (let sent = 0; sent < 20_000; sent += 50) {
      const turn = Array.from({ length: 50 }, () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        stranger.send(randomBytes(172), port, '127.0.0.1', () => resolve());
        return promise;
      });
      await Promise.all(turn);
    }
    stranger.close();
    const flood = performance.now() - began;
    // What a busy machine held up is caught up.
    await far.watch.until(() => far.packets.length - from >= flood / 20 + 10, 'every packet that was due');
    expect(performance.now() - began).toBeLessThan(flood * 2 + 1000);
  });

  it('is held and taken back without a break in the numbers', async () => {
    const { leg, far } = await call();
    await far.watch.until(() => far.packets.length >= 5, 'packets');
    stage.under.port.update(leg, 'hold', far.sdp({ direction: 'sendonly' }));
    expect((await event('media.updated')).sdp).toContain('a=recvonly\r\n');
    stage.under.port.update(leg, 'inactive', far.sdp({ direction: 'inactive' }));
    expect((await event('media.updated', (each) => each.offerId === 'inactive')).sdp).toContain('a=inactive\r\n');
    const job = play(leg, file(await prompt(800, 300)));
    await over(job);
    expect(far.heard(800).milliseconds).toBe(0);
    const held = far.packets.length;
    stage.under.port.update(leg, 'back', far.sdp());
    expect((await event('media.updated', (each) => each.offerId === 'back')).sdp).toContain('a=sendrecv\r\n');
    await far.watch.until(() => far.packets.length >= held + 5, 'packets after the hold');
    expect(new Set(far.packets.map((packet) => packet.ssrc)).size).toBe(1);
    const steps = far.packets
      .slice(1)
      .map((packet, i) => sequenceDistance(packet.sequence, far.packets[i]?.sequence ?? 0));
    expect(new Set(steps)).toEqual(new Set([1]));
  });

  it('refuses an offer in the call that cannot be used, and goes on as before', async () => {
    const { leg, far } = await call();
    stage.under.port.update(leg, 'bad', 'nonsense');
    expect(await event('media.failed')).toMatchObject({ leg, offerId: 'bad', reason: 'invalidSdp' });
    const before = far.packets.length;
    await far.watch.until(() => far.packets.length >= before + 5, 'packets as before');
  });

  it('changes the codec in the call', async () => {
    const { leg, far } = await call({ codecs: ['PCMU'] });
    const other = await phone({ codecs: ['PCMA'] });
    const job = play(leg, file(await prompt(650, 1000)));
    await far.watch.until(() => far.heard(650).milliseconds >= 200, 'the prompt');
    stage.under.port.update(leg, 'moved', other.sdp());
    await over(job);
    expect(other.heard(650).milliseconds).toBeGreaterThan(300);
    expect(other.packets.every((packet) => packet.payloadType === 8)).toBe(true);
    expect(other.packets[0]?.ssrc).toBe(far.packets[0]?.ssrc);
  });

  it('is missed when it falls silent, once', async () => {
    const { leg, far } = await call();
    await far.talk(new Int16Array(1600));
    const from = performance.now();
    expect(await event('media.rtpTimeout')).toEqual({ type: 'media.rtpTimeout', leg });
    expect(performance.now() - from).toBeGreaterThan(RTP_TIMEOUT - 200);
    await poll(() => performance.now() - from > RTP_TIMEOUT * 2, 'the time for a second one');
    expect(events.filter((each) => each.type === 'media.rtpTimeout')).toHaveLength(1);
  });

  it('is missed after the limit of its own leg, where there is one', async () => {
    const { leg: patient } = await call();
    const { leg: strict } = await call({}, { rtpTimeoutSeconds: 0.5 });
    const from = performance.now();
    const missed = () => events.flatMap((each) => (each.type === 'media.rtpTimeout' ? [each.leg] : []));
    await event('media.rtpTimeout');
    expect(performance.now() - from).toBeLessThan(RTP_TIMEOUT - 200);
    expect(missed()).toEqual([strict]);
    await event('media.rtpTimeout', (each) => each.leg === patient);
  });

  it('is told goodbye by RTCP', async () => {
    const { leg, far } = await call();
    await far.watch.until(() => far.packets.length >= 5, 'packets');
    stage.under.port.close(leg);
    await far.watch.until(() => far.reports.find((report) => report.type === 'bye'), 'BYE');
    const sr = far.reports.find((report) => report.type === 'sr');
    expect(sr?.ssrc).toBe(far.packets[0]?.ssrc);
    expect(sr?.sender.packets).toBeGreaterThanOrEqual(5);
  });
}
