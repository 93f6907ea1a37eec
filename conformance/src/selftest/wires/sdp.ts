/** What passes in SDP: addresses of media become ports of the relay (RFC 4566 5.7, 5.14; RFC 3605). */
import type { SipPassage } from '../types.ts';
import type { RtpRelay } from './rtp-relay.ts';
import type { SipText } from './sip-text.ts';

/** Replaces the addresses in the SDP of a message, if it has any. Only loopback addresses are ours. */
export async function relayed(message: SipText, passage: SipPassage, relay: RtpRelay): Promise<void> {
  const { sdp, callId } = message;
  if (sdp === '' || callId === '') return;
  const media = relay.leg(callId, passage.leg, passage.call);
  for (const [, type, name] of sdp.matchAll(/^a=rtpmap:(\d+) ([^/\s]+)/gm)) {
    if (type !== undefined && name !== undefined) media.codecs.set(Number(type), nameOf(name));
  }
  // Lines with their ends, whatever these are: a body that says something odd goes on saying it.
  const lines = sdp.split(/(?<=\n)/);
  const session = hostOf(lines.slice(0, firstMedia(lines)));
  for (const [i, line] of lines.entries()) {
    const port = Number(/^m=audio (\d+)(?:\/\d+)? /.exec(line)?.[1] ?? 0);
    if (port === 0) continue;
    const rest = lines.slice(i + 1);
    const host = hostOf(rest.slice(0, firstMedia(rest))) ?? session;
    if (host === undefined || !/^127\.\d+\.\d+\.\d+$/.test(host)) continue;
    const address = { host, port };
    if (relay.isDirect(address)) continue;
    const opposite = passage.direction === 'fromTarget' ? 'toTarget' : 'fromTarget';
    // Handed through by the target from another call: that one's relay is not wanted twice.
    const own = relay.behind(opposite, address);
    const shown = own?.port ?? (await media.portFor(passage.direction, address));
    lines[i] = line.replace(/^m=audio \d+/, `m=audio ${shown}`);
    const end = i + 1 + firstMedia(rest);
    for (let j = i + 1; j < end; j++) {
      lines[j] = (lines[j] ?? '').replace(/^a=rtcp:(\d+)/, (all, given: string) =>
        Number(given) === port + 1 ? `a=rtcp:${shown + 1}` : all,
      );
    }
  }
  const after = lines.join('');
  if (after === sdp) return;
  const right = message.get('Content-Length') === String(sdp.length);
  const before = message.get('Content-Length');
  message.body = after;
  // A length that was wrong before is somebody's intention.
  if (!right) message.set('Content-Length', before);
}

const firstMedia = (lines: readonly string[]): number => {
  const at = lines.findIndex((line) => line.startsWith('m='));
  return at < 0 ? lines.length : at;
};

const hostOf = (lines: readonly string[]): string | undefined =>
  lines.map((line) => /^c=IN IP4 ([\d.]+)/.exec(line)?.[1]).find((host) => host !== undefined);

const nameOf = (name: string): string =>
  name.toLowerCase() === 'telephone-event' ? 'telephone-event' : name.toUpperCase();
