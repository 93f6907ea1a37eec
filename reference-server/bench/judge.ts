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

/** Calls a second may be so much fewer than those asked for. */
const CAME_TO = 0.98;
/** Who plays has to send what it says: packets of those that were due. */
const PLAYS = 0.999;
/** Of these goals the addon is judged only where it was measured, since not everybody has it. */
const IF_THERE: readonly Goals[] = [even, lossless, quick];

type Variant = keyof typeof OURS;
type Goals = (rows: readonly RelayRow[], variant: Variant) => Goal;

export function judge(results: Results): Goal[] {
  const { relay, media, sip, ivr, ivrMemory } = results;
  const addon = relay.some(({ peer }) => peer === OURS.addon);
  return [
    share(relay, 'ts', 0.6),
    share(relay, 'addon', 0.4),
    ...(addon ? (['ts', 'addon'] as const) : (['ts'] as const)).flatMap((variant) =>
      IF_THERE.map((each) => each(relay, variant)),
    ),
    played(media),
    frugal(sip),
    sustained(sip),
    carried(ivr),
    cheap(ivr),
    small(ivrMemory),
  ];
}

/** `doubt`: why the figure, if there is one, says nothing about what is judged. */
function goal(
  name: string,
  limit: string,
  measured: string | undefined,
  met: boolean | undefined,
  doubt?: string,
): Goal {
  if (measured === undefined) return { name, limit, measured: 'not measured', met: undefined };
  if (doubt !== undefined) return { name, limit, measured: `${measured}, but ${doubt}`, met: undefined };
  return { name, limit, measured, met };
}

function row(rows: readonly RelayRow[], peer: string, calls: number): RelayRow | undefined {
  return rows.find((each) => each.peer === peer && each.calls === calls);
}

/** The first fault of the rows that a goal needs. */
function doubtOf(...rows: readonly (Pick<RelayRow, 'faults'> | undefined)[]): string | undefined {
  return rows.flatMap((each) => each?.faults ?? [])[0];
}

function share(rows: readonly RelayRow[], variant: Variant, most: number): Goal {
  const ours = row(rows, OURS[variant], AT);
  const found = ours?.ofRtpengine;
  const name = `relay at ${AT} calls, ${variant === 'ts' ? 'TypeScript' : 'addon'}`;
  const measured = found && `${found.median.toFixed(2)} (${found.min.toFixed(2)}–${found.max.toFixed(2)})`;
  const doubt = doubtOf(ours, row(rows, RTPENGINE, AT));
  return goal(name, `at most ${most} of rtpengine's CPU a packet`, measured, found && found.median <= most, doubt);
}

/** What was judged of TypeScript alone at first keeps its name. */
function named(name: string, variant: Variant): string {
  return variant === 'ts' ? name : `${name}, addon`;
}

function even(rows: readonly RelayRow[], variant: Variant): Goal {
  const [few, many] = [row(rows, OURS[variant], FEWEST), row(rows, OURS[variant], MOST)];
  const change = few && many && many.cost.median / few.cost.median - 1;
  const text = change === undefined ? undefined : `${change < 0 ? '−' : '+'}${Math.abs(100 * change).toFixed(0)} %`;
  const name = named(`cost from ${FEWEST} to ${MOST} calls`, variant);
  return goal(name, 'at most 15 % more', text, change !== undefined && change <= 0.15, doubtOf(few, many));
}

/** Where nothing was sent nothing could be lost. */
function lossless(rows: readonly RelayRow[], variant: Variant): Goal {
  const found = row(rows, OURS[variant], MOST);
  const lost = found && found.sent > 0 ? found.lost / found.sent : undefined;
  const text = lost === undefined ? undefined : `${(100 * lost).toFixed(4)} %`;
  const name = named(`loss at ${MOST} calls`, variant);
  return goal(name, 'at most 0.01 %', text, lost !== undefined && lost <= 1e-4, doubtOf(found));
}

/** What is added is what it takes beyond the way without a relay, which is at least 0: the p99 itself is held against the limit. */
function quick(rows: readonly RelayRow[], variant: Variant): Goal {
  const found = row(rows, OURS[variant], MOST);
  const p99 = found && found.sent > found.lost ? found.latency.p99 : undefined;
  const text = p99 === undefined ? undefined : `${(p99 / 1000).toFixed(2)} ms`;
  const name = named(`p99 latency at ${MOST} calls`, variant);
  return goal(name, 'at most 5 ms', text, p99 !== undefined && p99 <= 5000, doubtOf(found));
}

function played(rows: readonly MediaRow[]): Goal {
  const found = rows.find(({ what, peer, calls }) => what === PLAYED && peer === OURS.ts && calls === AT);
  const cost = found?.cost.median;
  const text = cost === undefined ? undefined : `${cost.toFixed(2)} ms`;
  const few = found && found.share < PLAYS ? `only ${(100 * found.share).toFixed(2)} % of the packets came` : undefined;
  const limit = 'at most 0.6 ms of CPU a call-second';
  return goal(`playing at ${AT} calls`, limit, text, cost !== undefined && cost <= 0.6, doubtOf(found) ?? few);
}

/** Only a drachtio-server of the same run says anything about this machine, and only where both had the calls that are said. */
function frugal(rows: readonly SipRow[]): Goal {
  const at = (server: string): SipRow | undefined =>
    rows.find((each) => each.server.startsWith(server) && each.rate === 500);
  const [ours, theirs] = [at(ENGINE), at(DRACHTIO)];
  const costs = ours && theirs && { ours: ours.cost.server.median, theirs: theirs.cost.server.median };
  const text = costs && `${costs.ours.toFixed(2)} of ${costs.theirs.toFixed(2)} ms`;
  const doubt = [ours, theirs].flatMap((each) => (each === undefined ? [] : shortfall(each)))[0];
  const met = costs !== undefined && costs.ours <= costs.theirs;
  return goal('SIP at 500 calls/s', "at most drachtio-server's CPU a call", text, met, doubt);
}

/** What a row says that had other calls than asked for: too few a second, or too many that failed. */
function shortfall({ server, rate, calls, failed, achieved }: SipRow): string[] {
  if (achieved * (calls - failed) >= CAME_TO * rate * calls && calls > 0) return [];
  return [`${server} came to ${achieved.toFixed(0)}/s, ${failed} of ${calls} failed`];
}

function sustained(rows: readonly SipRow[]): Goal {
  const found = rows.find((each) => each.server === ENGINE && each.rate === 1000);
  const text = found && `${found.achieved.toFixed(0)}/s, ${found.failed} of ${found.calls} failed`;
  const met = found?.failed === 0 && found.calls > 0 && found.achieved >= CAME_TO * found.rate;
  return goal('SIP at 1,000 calls/s of 1 s', 'no failed call, 98 % of the rate', text, met);
}

/** The slowest rate that is fast enough, of those without faults where there are such. */
function sound(rows: readonly IvrRow[]): IvrRow | undefined {
  const enough = rows.filter(({ rate }) => rate >= IVR_RATE).toSorted((a, b) => a.rate - b.rate);
  return enough.find(({ faults }) => faults.length === 0) ?? enough[0];
}

function carried(rows: readonly IvrRow[]): Goal {
  const found = sound(rows);
  const text = found && `${found.achieved.toFixed(0)}/s, ${found.failed} of ${found.calls} failed`;
  const met = found?.failed === 0 && found.calls > 0 && found.achieved >= CAME_TO * IVR_RATE;
  return goal(`IVR at ${IVR_RATE} calls/s`, 'all callbacks answered, no failed call', text, met, doubtOf(found));
}

function cheap(rows: readonly IvrRow[]): Goal {
  const found = sound(rows);
  const cost = found?.cost.server.median;
  const text = cost === undefined ? undefined : `${cost.toFixed(2)} ms`;
  return goal('IVR call', 'at most 3.0 ms of CPU', text, cost !== undefined && cost <= 3, doubtOf(found));
}

function small(memory: IvrMemory | undefined): Goal {
  const bytes = memory?.perCall;
  const text = bytes === undefined ? undefined : `${(bytes / 1024).toFixed(1)} KiB`;
  const met = bytes !== undefined && bytes <= 60 * 1024;
  return goal('idle call in the IVR', 'at most 60 KiB', text, met, doubtOf(memory));
}

/** The last line of the run. */
export function summarize({ relay, media, sip, ivr, ivrMemory }: Results): string {
  const figure = (variant: Variant): string => {
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
