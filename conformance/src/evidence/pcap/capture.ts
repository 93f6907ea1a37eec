import { NAME, version } from '../../cli/version.ts';
import type { Link, Outside } from '../../drivers/outside/types.ts';
import type { ProbeHost, RtpProbe } from '../../drivers/rtp-probe/types.ts';
import type { SippRunner } from '../../drivers/sipp/types.ts';
import type { TimelineEntry } from '../../harness/timeline.ts';
import type { Harness } from '../../harness/types.ts';
import type { Target } from '../../target/types.ts';
import type { Redactor } from '../redactor.ts';
import { framesOf, type SippLeg, type WireBytes } from './conversation.ts';
import { withoutDigits } from './digits.ts';
import type { Place } from './frames.ts';
import { type Frame, pcapng } from './pcapng.ts';

/** A capture file is no longer; what comes later in the scenario is left out, and the file says so. */
const longestFile = 8 * 1024 * 1024;
const application = `${NAME} ${version()}`;

/** Drivers that tell whom they were used for, so that a capture file can be made of a scenario. */
export interface Watched {
  readonly probes: ProbeHost;
  readonly sipp: SippRunner;
  readonly links: Pick<Outside, 'udpLink' | 'tcpLink'>;
  /** All that crossed a wire, as Wireshark reads it. Secrets are taken out of what the drivers saw; the timeline is without them. */
  file(timeline: readonly TimelineEntry[], redactor: Redactor): Promise<Buffer>;
}

/** Listens to the drivers of one scenario. */
export function watchWires({ probes, sipp, outside, clock, target }: Harness): Watched {
  const opened: RtpProbe[] = [];
  const legs: SippLeg[] = [];
  const wires: WireBytes[] = [];
  const listened = (link: Link, transport: 'udp' | 'tcp'): Link => {
    const local = { host: link.host, port: link.port };
    const note = (sent: boolean, bytes: Uint8Array): void => {
      wires.push({ at: clock.now(), sent, local, transport, bytes });
    };
    return {
      ...link,
      send: (bytes) => {
        note(true, bytes);
        return link.send(bytes);
      },
      onMessage: (take) =>
        link.onMessage((text) => {
          note(false, Buffer.from(text, 'utf8'));
          take(text);
        }),
    };
  };
  return {
    probes: {
      ...probes,
      open: async (options) => {
        const probe = await probes.open(options);
        opened.push(probe);
        return probe;
      },
    },
    sipp: {
      ...sipp,
      start: async (options) => {
        const leg = await sipp.start(options);
        const { name, local, role, transport = 'udp' } = options;
        legs.push({ name, local: { host: local.host, port: leg.port }, transport, calls: role === 'uac' });
        return leg;
      },
    },
    links: {
      udpLink: async (remote, local) => listened(await outside.udpLink(remote, local), 'udp'),
      tcpLink: async (remote, host) => listened(await outside.tcpLink(remote, host), 'tcp'),
    },
    file: async (timeline, redactor) => {
      const captured = await Promise.all(opened.map(async (probe) => ({ probe, ...(await probe.captured()) })));
      const rtp = captured.flatMap(({ probe, datagrams }) =>
        withoutDigits(datagrams, target.redact ?? []).map((one) => ({ ...one, host: probe.host })),
      );
      const frames = framesOf({
        timeline,
        legs,
        wires: wires.map((one) => ({ ...one, bytes: redactor.bytes(one.bytes) })),
        rtp,
        places: placesOf(target),
        epoch: clock.epoch,
      });
      const kept = within(frames);
      const leftOut = frames.length - kept.length + captured.reduce((sum, one) => sum + one.leftOut, 0);
      const comment = [
        'Made by the conformance suite of what it sent and received. SIP and RTP datagrams are as they were; TCP segments, and HTTP in them, are told anew.',
        ...(leftOut > 0 ? [`The file is not whole: ${leftOut} frames are left out.`] : []),
      ].join(' ');
      return pcapng(kept, { comment, application });
    },
  };
}

function within(frames: readonly Frame[]): readonly Frame[] {
  let size = 0;
  const end = frames.findIndex(({ bytes }) => {
    size += bytes.byteLength + 32;
    return size > longestFile;
  });
  return end < 0 ? frames : frames.slice(0, end);
}

function placesOf({ sip, rest, callbacks, suite }: Target): {
  readonly sip: Place;
  readonly rest: Place;
  readonly callbacks: Place;
  readonly suite: string;
} {
  return {
    sip: { host: address(sip.host), port: sip.port },
    rest: placeOf(rest.baseUrl),
    callbacks: placeOf(callbacks.baseUrl),
    suite: address(suite.host),
  };
}

function placeOf(url: string): Place {
  const { hostname, port, protocol } = new URL(url);
  return { host: address(hostname), port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

/** A name has no place in an IP header: what is no IPv4 address is shown as one of RFC 5737. */
const address = (host: string): string =>
  /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host : host === 'localhost' ? '127.0.0.1' : '192.0.2.1';
