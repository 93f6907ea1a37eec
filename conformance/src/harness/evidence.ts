/** What a scenario leaves behind: its timeline, its expectations, its counts. */
import type { Exchange } from '../drivers/prism-proxy/types.ts';
import type { SippMessage } from '../drivers/sipp/types.ts';
import type { RequirementBroken } from './expect.ts';
import type { Span, Timed } from './starvation/excuse.ts';
import type { ExpectDetail, HttpDetail, NewEntry, Recorder, RunClock, TimelineEntry, Violation } from './timeline.ts';
import type { Observed, Reason } from './types.ts';

const longestBody = 20_000;

/** Something of level should that did not hold, and when that was seen. */
interface Miss {
  readonly broken: RequirementBroken;
  readonly at: number;
}

export class Evidence implements Recorder {
  private readonly clock: RunClock;
  private readonly entries: TimelineEntry[] = [];
  private readonly expectations: ExpectDetail[] = [];
  private readonly callsAnswered = new Set<string>();
  private readonly faults: Reason[] = [];
  private readonly timed = new Map<Reason, Timed>();
  private readonly misses: Miss[] = [];
  private readonly spans: Span[] = [];
  private readonly suiteFaults: Reason[] = [];
  private counts = { sipMessages: 0, callbacks: 0, restExchanges: 0, rtpPacketsReceived: 0, rtpPacketsSent: 0 };

  constructor(clock: RunClock) {
    this.clock = clock;
  }

  /** Takes an entry; SIP counts as traffic whoever put it on the wire, SIPp or a scenario with a socket of its own. */
  record(entry: NewEntry): void {
    const { detail } = entry;
    if (detail.type === 'sip') {
      this.counts.sipMessages += 1;
      if (detail.method === 'INVITE' && (detail.status ?? 0) >= 200) this.callsAnswered.add(detail.callId);
    }
    this.entries.push({ ...entry, at: entry.at ?? this.clock.now(), seq: this.entries.length });
  }

  /** Entries in the order in which they happened. */
  timeline(): readonly TimelineEntry[] {
    return this.entries.toSorted((a, b) => a.at - b.at || a.seq - b.seq);
  }

  expected(detail: ExpectDetail): void {
    this.expectations.push(detail);
    const result = detail.ok ? 'holds' : detail.level === 'should' ? 'is missed' : 'is broken';
    this.record({ kind: 'expect', from: 'suite', to: 'suite', summary: `${detail.what}: ${result}`, detail });
  }

  /** What should have held and did not. */
  missed(broken: RequirementBroken): void {
    this.misses.push({ broken, at: this.clock.now() });
  }

  missedOnes(): readonly Miss[] {
    return this.misses;
  }

  /** A fault of the target that no expectation told; `ranOutMs`: because so long was waited in vain. */
  fault(reason: Reason, ranOutMs?: number): void {
    this.faults.push(reason);
    if (ranOutMs !== undefined) this.timed.set(reason, { kind: 'wait', limitMs: ranOutMs, at: this.clock.now() });
  }

  /** How a fault hangs on time; undefined: not at all. */
  timing(fault: Reason): Timed | undefined {
    return this.timed.get(fault);
  }

  targetFaults(): readonly Reason[] {
    return this.faults;
  }

  /** From when to when each callback was answered. */
  answers(): readonly Span[] {
    return this.spans;
  }

  /** A fault of the suite or of its tools. */
  brokeItself(reason: Reason): void {
    this.suiteFaults.push(reason);
  }

  /** Faults of the suite itself: a wrong request or answer that nobody meant to be wrong. */
  harnessFaults(): readonly Reason[] {
    return this.suiteFaults;
  }

  sip({ at, direction, ...detail }: SippMessage): void {
    const [from, to] = direction === 'sent' ? [detail.leg, 'target'] : ['target', detail.leg];
    const summary =
      detail.status === undefined ? detail.method : `${detail.status} ${detail.reason ?? ''} (${detail.method})`;
    this.record({ kind: 'sip', at: at - this.clock.epoch, from, to, summary, detail });
  }

  callback(exchange: Exchange, name: string): void {
    this.counts.callbacks += 1;
    this.spans.push({ from: exchange.at, to: exchange.at + exchange.ms });
    const answer = exchange.status === 0 ? 'no answer' : answerOf(exchange);
    this.http(exchange, { kind: 'callback', from: 'target', to: 'application', summary: `${name} → ${answer}` });
  }

  rest(exchange: Exchange): void {
    this.counts.restExchanges += exchange.status === 0 ? 0 : 1;
    const summary = `${exchange.method} ${exchange.operation} → ${exchange.status}`;
    this.http(exchange, { kind: 'rest', from: 'client', to: 'target', summary });
  }

  rtp(
    leg: string,
    received: Readonly<Record<string, string | number | boolean>>,
    packets: { received: number; sent: number },
    at: number,
  ): void {
    this.counts.rtpPacketsReceived += packets.received;
    this.counts.rtpPacketsSent += packets.sent;
    if (packets.received > 0) {
      const detail = { type: 'rtp', leg, direction: 'received', facts: received } as const;
      this.record({ kind: 'rtp', at, from: 'target', to: leg, summary: `RTP, ${packets.received} packets`, detail });
    }
    if (packets.sent > 0) {
      const detail = { type: 'rtp', leg, direction: 'sent', facts: { packets: packets.sent } } as const;
      this.record({ kind: 'rtp', at, from: leg, to: 'target', summary: `RTP, ${packets.sent} packets`, detail });
    }
  }

  observed(): Observed {
    return { calls: this.callsAnswered.size, ...this.counts };
  }

  /** Slugs by what became of their expectations; one that was broken once is broken. */
  requirements(): { shown: string[]; broken: string[]; warned: string[] } {
    const slugs = (fits: (one: ExpectDetail) => boolean): string[] => [
      ...new Set(this.expectations.filter(fits).map((one) => one.requirement)),
    ];
    const broken = slugs((one) => !one.ok && one.level === 'must');
    const warned = slugs((one) => !one.ok && one.level === 'should');
    return {
      shown: slugs((one) => one.ok).filter((slug) => !broken.includes(slug) && !warned.includes(slug)),
      broken,
      warned,
    };
  }

  private http(exchange: Exchange, line: Pick<TimelineEntry, 'kind' | 'from' | 'to' | 'summary'>): void {
    const { id: _, at, endedAt: __, judged: ___, ...detail } = exchange;
    this.record({
      ...line,
      at,
      detail: { ...detail, requestBody: short(detail.requestBody), responseBody: short(detail.responseBody) },
    });
    for (const violation of exchange.violations) this.violation(exchange, violation);
  }

  private violation(exchange: Exchange, violation: Violation): void {
    if (violation.intended) return;
    const text = `${exchange.operation}: the ${violation.where} breaks the specification at ${violation.pointer || '/'}: ${violation.message} (fault of the ${violation.culprit})`;
    const detail = { type: 'violation', operation: exchange.operation, violation } as const;
    this.record({
      at: exchange.endedAt,
      kind: 'violation',
      from: violation.culprit === 'target' ? 'target' : 'suite',
      to: 'suite',
      summary: text,
      detail,
    });
    if (violation.culprit === 'target') this.faults.push({ text });
    else this.suiteFaults.push({ text });
  }
}

const short = (body: string): string =>
  body.length <= longestBody ? body : `${body.slice(0, longestBody)}… (${body.length} characters in all)`;

/** What an answer to a callback says, in a word. */
function answerOf(exchange: HttpDetail): string {
  const action = /"(?:action|hangup|phrases)"\s*:\s*(?:"([^"]*)")?/.exec(exchange.responseBody);
  if (exchange.status !== 200 || !action) return String(exchange.status);
  return action[1] ?? (action[0].includes('hangup') ? 'hangup' : 'phrases');
}
