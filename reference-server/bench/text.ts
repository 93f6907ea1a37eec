/** The tables of a run, for people. */
import type { Goal, IvrMemory, IvrRow, MediaRow, RelayRow, Report, SipRow } from './report.ts';
import type { Spread } from './spread.ts';

type Cell = string;

/** Columns in line; the first to the left, the others to the right. */
export function table(head: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? '')].length)));
  const line = (row: readonly Cell[]): string =>
    row
      .map((cell, column) => {
        const room = ' '.repeat((widths[column] ?? 0) - [...cell].length);
        return column === 0 ? cell + room : room + cell;
      })
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

function figures({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

export interface Table {
  readonly head: readonly Cell[];
  readonly rows: readonly (readonly Cell[])[];
}

function relayTable(rows: readonly RelayRow[]): Table {
  return {
    head: [
      ...['relay', 'calls', 'us CPU/packet', 'of rtpengine', 'p50 us', 'p99 us', 'lost', 'reordered'],
      ...['load late p99', 'load CPU'],
    ],
    rows: rows.map((row) => [
      row.peer,
      String(row.calls),
      figures(row.cost, 2),
      row.ofRtpengine === undefined ? '–' : figures(row.ofRtpengine, 2),
      row.latency.p50.toFixed(0),
      row.latency.p99.toFixed(0),
      `${row.lost} of ${row.sent}`,
      String(row.reordered),
      `${row.load.lateP99.toFixed(0)} us`,
      `${(100 * row.load.cpu).toFixed(0)} %`,
    ]),
  };
}

function mediaTable(rows: readonly MediaRow[]): Table {
  return {
    head: ['a second of a call', 'by', 'calls', 'ms CPU', 'packets that came'],
    rows: rows.map((row) => [
      ...[row.what, row.peer, String(row.calls), figures(row.cost, 3), `${(100 * row.share).toFixed(2)} %`],
    ]),
  };
}

function sipTable(rows: readonly SipRow[]): Table {
  return {
    head: ['SIP, calls of 1 s', 'calls/s', 'ms CPU/call', 'application', 'failed', 'retransmissions', 'came to'],
    rows: rows.map((row) => [
      row.server,
      String(row.rate),
      figures(row.cost.server, 3),
      figures(row.cost.application, 3),
      `${row.failed} of ${row.calls}`,
      String(row.retransmissions),
      `${row.achieved.toFixed(0)}/s`,
    ]),
  };
}

function ivrTable(rows: readonly IvrRow[]): Table {
  return {
    head: [
      ...['IVR, hung up at once', 'ms CPU/call', 'busiest thread', 'failed', 'retransmissions', 'came to', 'answered'],
      ...['SIPp', 'application', 'late'],
    ],
    rows: rows.map((row) => [
      `${row.rate} calls/s`,
      figures(row.cost.server, 2),
      row.cost.mainThread.median.toFixed(2),
      `${row.failed} of ${row.calls}`,
      String(row.retransmissions),
      `${row.achieved.toFixed(0)}/s`,
      `p50 < ${row.answeredWithin.p50} ms, p95 < ${row.answeredWithin.p95} ms`,
      `${(100 * row.load.generator).toFixed(0)} % CPU`,
      `${(100 * row.load.application).toFixed(0)} % CPU`,
      `${row.load.lateMs.toFixed(0)} ms`,
    ]),
  };
}

function memoryTable(memory: IvrMemory | undefined): Table {
  const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
  const row = memory && [
    ...['resident', mib(memory.bytesFew), mib(memory.bytesMany), `${(memory.perCall / 1024).toFixed(1)} KiB`],
  ];
  const head = ['idle in the IVR', `${memory?.few} calls`, `${memory?.many} calls`, 'each more'];
  return { head, rows: row === undefined ? [] : [row] };
}

const VERDICTS = { true: 'met', false: 'MISSED', undefined: 'not judged' } as const;

function goalTable(goals: readonly Goal[]): Table {
  return {
    head: ['goal', 'limit', 'measured', 'verdict'],
    rows: goals.map(({ name, limit, measured, met }) => [name, limit, measured, VERDICTS[`${met}`]]),
  };
}

/** Those of the parts that were run, and the goals. */
export function tables({ relay, media, sip, ivr, ivrMemory, goals }: Report): Table[] {
  const all = [relayTable(relay), mediaTable(media), sipTable(sip), ivrTable(ivr), memoryTable(ivrMemory)];
  return [...all, goalTable(goals)].filter(({ rows }) => rows.length > 0);
}

/** Where and with what it was measured. */
export function origin({ machine, started }: Report): string {
  return `${machine.cpus} CPUs, ${machine.model}, ${machine.kernel}, Node ${machine.node}, ${started}`;
}

/** Faults and what was left out, a line each. */
export function remarks({ relay, media, ivr, ivrMemory, skipped }: Report): string[] {
  return [
    ...relay.flatMap(({ peer, calls, faults }) => faults.map((fault) => `${peer}, ${calls} calls: ${fault}`)),
    ...media.flatMap(({ what, peer, faults }) => faults.map((fault) => `${what}, ${peer}: ${fault}`)),
    ...ivr.flatMap(({ rate, faults }) => faults.map((fault) => `IVR, ${rate} calls/s: ${fault}`)),
    ...(ivrMemory?.faults ?? []).map((fault) => `IVR, idle calls: ${fault}`),
    ...skipped.map(({ what, why }) => `left out: ${what}: ${why}`),
  ];
}

export function render(report: Report): string {
  return [
    origin(report),
    ...tables(report).map(({ head, rows }) => table(head, rows)),
    [...remarks(report), report.summary].join('\n'),
  ].join('\n\n');
}
