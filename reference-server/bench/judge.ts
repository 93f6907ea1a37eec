/** The goals, and what the results say about them. A figure that is not there is never a goal met. */
import type { Goal, IvrMemory, IvrRow, MediaRow, RelayRow, Results, SipRow } from './report.ts';

export const OURS = { ts: 'ours, TypeScript', addon: 'ours, addon' } as const;
export const RTPENGINE = 'rtpengine';
export const ENGINE = 'our SIP engine';
export const DRACHTIO = 'drachtio-server';
export const PLAYED = 'played';

/** The calls that the shares of rtpengine are asked for. */
const AT = 200;
const MOST = 800;
const FEWEST = 50;
/** The calls a second to the IVR that are asked for. */
const IVR_RATE = 300;

export function judge(results: Results): Goal[] {
  const { relay, media, sip, ivr, ivrMemory } = results;
  return [
    share(relay, 'ts', 0.6),
    share(relay, 'addon', 0.4),
    even(relay, 'ts'),
    lossless(relay, 'ts'),
    quick(relay, 'ts'),
    played(media),
    frugal(sip),
    sustained(sip),
    carried(ivr),
    cheap(ivr),
    small(ivrMemory),
  ];
}

function goal(name: string, limit: string, measured: string | undefined, met: boolean | undefined): Goal {
  return { name, limit, measured: measured ?? 'not measured', met: measured === undefined ? undefined : met };
}

function row(rows: readonly RelayRow[], peer: string, calls: number): RelayRow | undefined {
  return rows.find((each) => each.peer === peer && each.calls === calls);
}

function share(rows: readonly RelayRow[], variant: keyof typeof OURS, most: number): Goal {
  const found = row(rows, OURS[variant], AT)?.ofRtpengine;
  const name = `relay at ${AT} calls, ${variant === 'ts' ? 'TypeScript' : 'addon'}`;
  const measured = found && `${found.median.toFixed(2)} (${found.min.toFixed(2)}–${found.max.toFixed(2)})`;
  return goal(name, `at most ${most} of rtpengine's CPU a packet`, measured, found && found.median <= most);
}

function even(rows: readonly RelayRow[], variant: keyof typeof OURS): Goal {
  const few = row(rows, OURS[variant], FEWEST)?.cost.median;
  const many = row(rows, OURS[variant], MOST)?.cost.median;
  const change = few === undefined || many === undefined ? undefined : many / few - 1;
  const text = change === undefined ? undefined : `${change < 0 ? '−' : '+'}${Math.abs(100 * change).toFixed(0)} %`;
  const limit = 'at most 15 % more';
  return goal(`cost from ${FEWEST} to ${MOST} calls`, limit, text, change !== undefined && change <= 0.15);
}

function lossless(rows: readonly RelayRow[], variant: keyof typeof OURS): Goal {
  const found = row(rows, OURS[variant], MOST);
  const lost = found && found.lost / Math.max(1, found.sent);
  const text = lost === undefined ? undefined : `${(100 * lost).toFixed(4)} %`;
  return goal(`loss at ${MOST} calls`, 'at most 0.01 %', text, lost !== undefined && lost <= 1e-4);
}

/** What is added is what it takes beyond the way without a relay, which is at least 0: the p99 itself is held against the limit. */
function quick(rows: readonly RelayRow[], variant: keyof typeof OURS): Goal {
  const found = row(rows, OURS[variant], MOST)?.latency.p99;
  const text = found === undefined ? undefined : `${(found / 1000).toFixed(2)} ms`;
  return goal(`p99 latency at ${MOST} calls`, 'at most 5 ms', text, found !== undefined && found <= 5000);
}

function played(rows: readonly MediaRow[]): Goal {
  const found = rows.find(({ what, peer, calls }) => what === PLAYED && peer === OURS.ts && calls === AT)?.cost.median;
  const text = found === undefined ? undefined : `${found.toFixed(2)} ms`;
  return goal(
    `playing at ${AT} calls`,
    'at most 0.6 ms of CPU a call-second',
    text,
    found !== undefined && found <= 0.6,
  );
}

/** Only a drachtio-server of the same run says anything about this machine. */
function frugal(rows: readonly SipRow[]): Goal {
  const at = (server: string): number | undefined =>
    rows.find((each) => each.server.startsWith(server) && each.rate === 500)?.cost.server.median;
  const [ours, theirs] = [at(ENGINE), at(DRACHTIO)];
  const both = ours !== undefined && theirs !== undefined;
  const text = both ? `${ours.toFixed(2)} of ${theirs.toFixed(2)} ms` : undefined;
  return goal('SIP at 500 calls/s', "at most drachtio-server's CPU a call", text, both && ours <= theirs);
}

function sustained(rows: readonly SipRow[]): Goal {
  const found = rows.find((each) => each.server === ENGINE && each.rate === 1000);
  const text = found && `${found.failed} of ${found.calls} failed`;
  return goal('SIP at 1,000 calls/s of 1 s', 'no failed call', text, found?.failed === 0 && found.calls > 0);
}

/** The slowest rate that is fast enough; a row that has faults says nothing. */
function sound(rows: readonly IvrRow[]): IvrRow | undefined {
  const enough = rows.filter(({ rate, faults }) => rate >= IVR_RATE && faults.length === 0);
  return enough.toSorted((a, b) => a.rate - b.rate)[0];
}

/** SIPp counts the seconds before the first and after the last call too: hence a little less than was asked for. */
function carried(rows: readonly IvrRow[]): Goal {
  const found = sound(rows);
  const text = found && `${found.achieved.toFixed(0)}/s, ${found.failed} of ${found.calls} failed`;
  const met = found?.failed === 0 && found.calls > 0 && found.achieved >= 0.98 * IVR_RATE;
  return goal(`IVR at ${IVR_RATE} calls/s`, 'all callbacks answered, no failed call', text, met);
}

function cheap(rows: readonly IvrRow[]): Goal {
  const cost = sound(rows)?.cost.server.median;
  const text = cost === undefined ? undefined : `${cost.toFixed(2)} ms`;
  return goal('IVR call', 'at most 3.0 ms of CPU', text, cost !== undefined && cost <= 3);
}

function small(memory: IvrMemory | undefined): Goal {
  const bytes = memory?.faults.length === 0 ? memory.perCall : undefined;
  const text = bytes === undefined ? undefined : `${(bytes / 1024).toFixed(1)} KiB`;
  return goal('idle call in the IVR', 'at most 60 KiB', text, bytes !== undefined && bytes <= 60 * 1024);
}

/** The last line of the run. */
export function summarize({ relay, media, sip, ivr, ivrMemory }: Results): string {
  const figure = (variant: keyof typeof OURS): string => {
    const found = row(relay, OURS[variant], AT) ?? relay.findLast((each) => each.peer === OURS[variant]);
    return found?.ofRtpengine === undefined ? 'not measured' : found.ofRtpengine.median.toFixed(2);
  };
  const parts = [`relay ${figure('ts')} of rtpengine (TypeScript), ${figure('addon')} (addon)`];
  for (const { what, peer, cost } of media) if (peer === OURS.ts) parts.push(`${what} ${cost.median.toFixed(2)} ms`);
  for (const { server, rate, calls, failed, cost } of sip) {
    if (server !== ENGINE) continue;
    parts.push(`SIP ${rate}/s ${cost.server.median.toFixed(2)} ms a call, ${failed} of ${calls} failed`);
  }
  for (const { rate, calls, failed, cost } of ivr) {
    parts.push(`IVR ${rate}/s ${cost.server.median.toFixed(2)} ms a call, ${failed} of ${calls} failed`);
  }
  if (ivrMemory !== undefined) parts.push(`${(ivrMemory.perCall / 1024).toFixed(1)} KiB an idle call`);
  return `bench: ${parts.join('; ')}`;
}
