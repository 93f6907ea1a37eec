/** Call legs of a scenario: SIPp for the signalling, a probe for the media, and what ties them together. */

import { join } from 'node:path';
import { quietly } from '../drivers/promises.ts';
import type { RtpProbe } from '../drivers/rtp-probe/types.ts';
import { body } from '../drivers/sipp/message-log.ts';
import { type Callee, type Caller, callee, caller } from '../drivers/sipp/scenario.ts';
import { sdp } from '../drivers/sipp/sdp.ts';
import { errorOf, type SippHandle, type SippMessage, type SippStart } from '../drivers/sipp/types.ts';
import type { Evidence } from './evidence.ts';
import type { CalleeHandle, CalleeOptions, CallHandle, CallOptions, Harness } from './types.ts';

/** What legs need of their scenario. */
interface LegSurroundings {
  readonly harness: Harness;
  readonly evidence: Evidence;
  readonly number: string;
  readonly limitMs: number;
  readonly title: string;
  /** A user part of ours; callbacks that name it belong to the scenario. */
  newUser(kind: string): string;
}

/** SIPp that has not bound its port, or not sent its first message, after so long was held up. */
const startsWithinMs = 500;

/** A leg, and whether the scenario has ended it by force, which is then no fault. */
export interface Leg {
  readonly handle: CallHandle;
  readonly forced: () => boolean;
  readonly over: () => boolean;
}

export class Legs {
  private readonly around: LegSurroundings;
  private readonly names = new Map<string, number>();
  readonly all: Leg[] = [];

  constructor(around: LegSurroundings) {
    this.around = around;
  }

  async call(options: CallOptions = {}): Promise<CallHandle> {
    const { harness, number } = this.around;
    const { target } = harness;
    const codec = options.codec ?? 'PCMU';
    const scenario = options.scenario ?? this.callerScenario(options, codec).source();
    const leg = await this.start(
      this.name(options.name ?? 'caller'),
      { codec, eventType: options.eventType },
      {
        scenario,
        role: 'uac',
        remote: { host: target.sip.host, port: target.sip.port },
        local: { host: target.suite.host },
        service: options.to ?? number,
        transport: options.transport ?? target.sip.transport,
        timeoutMs: options.timeoutMs ?? this.around.limitMs,
      },
    );
    if (options.silent !== true)
      leg.handle.established.then(
        () => leg.handle.rtp.keepSending(true),
        () => {},
      );
    return leg.handle;
  }

  async callee(options: CalleeOptions = {}): Promise<CalleeHandle> {
    const { target } = this.around.harness;
    const user = this.around.newUser('callee');
    const codec = options.codec ?? 'PCMU';
    const scenario = options.scenario ?? this.calleeScenario(options, codec, user).source();
    const { handle } = await this.start(
      this.name(options.name ?? 'callee'),
      { codec },
      {
        scenario,
        role: 'uas',
        local: { host: target.suite.host },
        transport: options.transport ?? 'udp',
        timeoutMs: options.timeoutMs ?? this.around.limitMs,
      },
    );
    await handle.sipp.ready;
    if (options.silent !== true)
      handle.established.then(
        () => handle.rtp.keepSending(true),
        () => {},
      );
    const invited = handle.sipp.waitFor('an INVITE', isInvite, options.timeoutMs ?? this.around.limitMs);
    const transport = options.transport === 'tcp' ? ';transport=tcp' : '';
    return {
      ...handle,
      user,
      uri: `sip:${user}@${target.suite.host}:${handle.sipp.port}${transport}`,
      invited: quietly(invited.then(() => undefined)),
      answer: () => handle.sipp.signal(),
    };
  }

  private async start(
    name: string,
    { codec, eventType = 101 }: { readonly codec: 'PCMU' | 'PCMA'; readonly eventType?: number | undefined },
    start: Omit<SippStart, 'name' | 'media' | 'onMessage'>,
  ): Promise<Leg> {
    const { harness, evidence } = this.around;
    const { host } = start.local;
    const rtp = await harness.probes.open({ name, host, codec, eventType });
    const seen: SippMessage[] = [];
    const sipp = await harness.sipp.start({
      ...start,
      name,
      directory: join(this.around.title, name),
      media: { host, port: rtp.port },
      onMessage: (message) => {
        seen.push(message);
        evidence.sip(message);
        const media = message.direction === 'received' ? mediaOf(message) : undefined;
        if (media) rtp.sendTo(media.host, media.port);
      },
    });
    const begun = harness.clock.now();
    sipp.ready.then(
      () => {
        const at = harness.clock.now();
        harness.starvation.holds.note({ by: 'SIPp', at, ms: at - begun - startsWithinMs });
      },
      () => {},
    );
    let [forced, over] = [false, false];
    void sipp.done.then(() => {
      over = true;
      rtp.keepSending(false);
    });
    const stop = async (): Promise<void> => {
      forced = true;
      await sipp.stop();
    };
    const handle = callHandle(name, { ...sipp, stop }, rtp, { seen, limitMs: start.timeoutMs });
    const leg = { handle, forced: () => forced, over: () => over };
    this.all.push(leg);
    return leg;
  }

  private name(kind: string): string {
    const count = (this.names.get(kind) ?? 0) + 1;
    this.names.set(kind, count);
    return count === 1 ? kind : `${kind}${count}`;
  }

  private callerScenario(options: CallOptions, codec: 'PCMU' | 'PCMA'): Caller {
    const { harness, number, title } = this.around;
    const media = {
      codecs: [codec],
      eventType: options.dtmf === false ? ('none' as const) : (options.eventType ?? 101),
    };
    const { displayName, headers, fromValue } = options;
    const invited = caller(title).invite({
      to: options.to ?? number,
      domain: options.domain ?? harness.target.domain,
      from: options.from ?? this.around.newUser('caller'),
      sdp: options.sdp ?? sdp(media),
      ...(displayName !== undefined && { displayName }),
      ...(headers !== undefined && { headers }),
      ...(fromValue !== undefined && { fromValue }),
    });
    const status = options.expectStatus ?? 200;
    if (status !== 200) return invited.expect(status);
    return invited
      .expectOrCancel()
      .hold(sdp({ ...media, version: 2 }))
      .bye();
  }

  private calleeScenario(options: CalleeOptions, codec: 'PCMU' | 'PCMA', user: string): Callee {
    const media = { codecs: [codec], ...(options.dtmf === false && { eventType: 'none' as const }) };
    const { ringing = 180, answer = 'now' } = options;
    const rung = callee(this.around.title, user).invited();
    if (ringing !== 'none') rung.provisional(ringing, ringing === 183 ? { sdp: sdp(media) } : {});
    const talk = (one: Callee): Callee =>
      one
        .answer({ sdp: sdp(media) })
        .hold(sdp({ ...media, version: 2 }))
        .bye();
    if (typeof answer === 'number') return rung.refuse(answer);
    switch (answer) {
      case 'now':
        return talk(rung);
      case 'signal':
        return talk(rung.waitForSignalOrCancel());
      case 'never':
        return rung.cancelled();
      default:
        return answer satisfies never;
    }
  }
}

function callHandle(
  name: string,
  sipp: SippHandle,
  rtp: RtpProbe,
  { seen, limitMs }: { readonly seen: readonly SippMessage[]; readonly limitMs: number },
): CallHandle {
  const ended = sipp.done.then((result) => {
    if (!result.ok) throw errorOf(result);
  });
  const established = sipp
    .waitFor('an established call', (m) => settles(m, seen), limitMs)
    .then((m) => {
      if (m.status !== undefined && m.status >= 300)
        throw new Error(`Leg ${name} was refused with ${m.status} ${m.reason ?? ''}`);
    });
  return {
    name,
    sipp,
    rtp,
    established: quietly(established),
    ended: quietly(ended),
    hangup: async () => {
      await sipp.signal();
      await ended;
    },
  };
}

const isInvite = (m: SippMessage): boolean =>
  m.direction === 'received' && m.method === 'INVITE' && m.status === undefined;

/** The ACK of a 2xx, or a final failure. */
function settles(m: SippMessage, all: readonly SippMessage[]): boolean {
  if (m.method === 'INVITE' && (m.status ?? 0) >= 300) return true;
  return (
    m.method === 'ACK' &&
    all.some((one) => one.method === 'INVITE' && (one.status ?? 0) >= 200 && (one.status ?? 0) < 300)
  );
}

/** Where the other side wants its audio (RFC 4566 `c=` and `m=audio`). */
function mediaOf(message: SippMessage): { host: string; port: number } | undefined {
  const text = body(message.raw);
  const host = /^c=IN IP4 (\S+)/m.exec(text)?.[1];
  const port = Number(/^m=audio (\d+) /m.exec(text)?.[1] ?? 0);
  return host !== undefined && host !== '0.0.0.0' && port > 0 ? { host, port } : undefined;
}
