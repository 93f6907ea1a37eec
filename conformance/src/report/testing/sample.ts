/** A made-up run for the report's own tests and for looking at it; no call was made. */
import type { RequirementRow } from '../../catalogue/row.ts';
import type { Attempt, Observed, ScenarioOutcome, Verdict } from '../../harness/types.ts';
import type { RunResult, ScenarioRun } from '../../run/result.ts';
import type { BuildInput } from '../build.ts';
import { ivrCall, joinCallee, sipMessage, type Tape } from './traffic.ts';

const AREAS = ['session', 'inbound', 'ivr', 'dtmf', 'outbound', 'rest-errors', 'alarms', 'media'] as const;
const LEVELS = ['documented', 'documented', 'interpreted', 'extension'] as const;
const TEXTS = [
  'The called party of newCall is the user part of the Request-URI',
  'A digit that is repeated on the wire is reported once',
  'sessionCompleted is the last callback of a session and comes exactly once',
  'A request without a token is answered with 401 and the error body',
  'The prompt is played in packets of 20 ms without a gap or a burst',
  'The answer to placeivrcall carries the sessionId that all later callbacks of the call carry',
] as const;

/** `n` rows of a catalogue. */
function sampleRows(n: number): RequirementRow[] {
  return Array.from({ length: n }, (_, i) => {
    const area = AREAS[i % AREAS.length] ?? 'session';
    return {
      slug: `${area}-demand-${i}`,
      text: TEXTS[i % TEXTS.length] ?? '',
      area,
      level: LEVELS[i % LEVELS.length] ?? 'documented',
      strength: i % 9 === 5 ? 'SHOULD' : 'MUST',
      role: 'service',
      ...(i % 23 === 7 ? { capability: 'recording' } : {}),
      source: i % 4 === 2 ? 'D-DTMF' : `callback newCall · property demand${i}`,
      ...(i % 31 === 30 ? { untestable: 'It is about what stays inside the service.' } : {}),
    } satisfies RequirementRow;
  });
}

const OBSERVED: Observed = {
  calls: 1,
  sipMessages: 8,
  rtpPacketsReceived: 162,
  rtpPacketsSent: 140,
  callbacks: 5,
  restExchanges: 1,
};

/** A run of `n` scenarios: most pass, every other verdict occurs too. The first one carries hostile headers. */
function sampleRun(n: number, rows: readonly RequirementRow[]): RunResult {
  const scenarios = Array.from({ length: n }, (_, i) => sampleScenario(i, rows));
  return {
    scenarios,
    findings: [
      {
        kind: 'unclaimed-callback',
        at: 8123.5,
        text: 'A callback sessionCompleted came for a session that no test had started.',
      },
    ],
    errors: [],
    interrupted: false,
    startedAt: Date.UTC(2030, 0, 15, 9, 30),
    durationMs: 41_337,
    lag: { median: 0.4, p99: 6.2, max: 38.1 },
  };
}

function sampleScenario(i: number, rows: readonly RequirementRow[]): ScenarioRun {
  const own = [rows[(i * 2) % rows.length], rows[(i * 2 + 1) % rows.length]].filter(
    (row) => row !== undefined && row.untestable === undefined,
  );
  const slugs = own.flatMap((row) => (row === undefined ? [] : [row.slug]));
  const area = own[0]?.area ?? 'session';
  const meta = {
    id: `${area}/sample-${i}`,
    title: `${TEXTS[i % TEXTS.length]}`,
    area,
    requirements: slugs,
    needs: { call: true, rtp: true, webhook: true },
    ...(i % 16 === 5 ? { capability: 'recording' } : {}),
  };
  const startedAt = 900 + i * 210.7;
  const tape = ivrCall(startedAt, i === 0);
  const verdict = verdictOf(i);
  if (i % 7 === 2) joinCallee(tape, 1400);
  const [first = 'none'] = slugs;
  const reasons = finish(tape, verdict, first);
  const run: ScenarioOutcome = {
    meta,
    verdict,
    reasons,
    shown: verdict === 'pass' || verdict === 'warning' ? slugs.slice(verdict === 'warning' ? 1 : 0) : [],
    broken: verdict === 'fail' ? [first] : [],
    warned: verdict === 'warning' ? [first] : [],
    observed:
      verdict === 'not-applicable'
        ? { calls: 0, sipMessages: 0, rtpPacketsReceived: 0, rtpPacketsSent: 0, callbacks: 0, restExchanges: 0 }
        : OBSERVED,
    timeline: verdict === 'not-applicable' ? [] : tape.entries(),
    artifacts: verdict === 'fail' ? [{ name: 'heard.wav', path: `${meta.id}/heard.wav`, mediaType: 'audio/wav' }] : [],
    startedAt,
    endedAt: startedAt + (verdict === 'not-applicable' ? 0.4 : 4620),
    ...(i === 14 ? { earlier: [heldUp(startedAt)] } : {}),
  };
  return { meta, selected: true, outcome: run };
}

/** An attempt that came to nothing, before the one that began then. */
const heldUp = (startedAt: number): Attempt => ({
  reasons: [{ text: 'the whole machine stood still for 148 ms' }],
  startedAt: startedAt - 800,
  endedAt: startedAt - 20,
});

function verdictOf(i: number): Verdict {
  if (i % 16 === 5) return 'not-applicable';
  if (i % 25 === 3) return 'fail';
  if (i % 25 === 9) return 'warning';
  if (i === 12) return 'inconclusive';
  if (i === 17) return 'harness-error';
  return 'pass';
}

/** Ends the call as the verdict wants it; gives the reasons. */
function finish(tape: Tape, verdict: Verdict, slug: string): ScenarioOutcome['reasons'] {
  const bye = sipMessage('BYE sip:+4687001@127.0.0.1:5082 SIP/2.0', '2 BYE');
  const session = '5b6c2f0e-1d3a-4f57-9d0c-2b1f6f0a7c11';
  const digits = verdict === 'fail' ? '442' : '42';
  tape.http(3710, 'callback', 'getIvrCommand → hangup', {
    operation: 'getIvrCommand',
    requestBody: JSON.stringify({ sessionId: session, dtmfParams: { dtmfMatch: digits, reason: 'maxDigits' } }),
    responseBody: '{"hangup":true}',
    violations:
      verdict === 'fail'
        ? [
            {
              culprit: 'target',
              where: 'request',
              pointer: '/body/dtmfParams/dtmfMatch',
              message: 'must be a string',
              intended: false,
            },
          ]
        : [],
  });
  tape.expect(3716, verdict !== 'fail', slug, 'both digits are reported, each once', '"42"', `"${digits}"`);
  if (verdict === 'warning')
    tape.expect(3720, false, slug, 'pacing stays within 2 ms', '20 ms ± 2', '23.4 ms', 'should');
  tape
    .http(3800, 'rest', 'POST hangupparticipant → 409', {
      operation: 'hangupparticipant',
      requestBody: JSON.stringify({ sessionId: session }),
      status: 409,
      responseBody: '{"success":false,"error":"gone","message":"The call has ended.","details":[]}',
    })
    .sip(3811, 'target', 'caller', { method: 'BYE', raw: bye })
    .sip(3812.5, 'caller', 'target', {
      method: 'BYE',
      status: 200,
      reason: 'OK',
      raw: sipMessage('SIP/2.0 200 OK', '2 BYE'),
    })
    .http(3818, 'callback', 'sessionCompleted', {
      operation: 'sessionCompleted',
      requestBody: JSON.stringify({ sessionId: session, sessionDuration: 3, reason: 'applicationHangup' }),
      responseBody: '',
    })
    .note(4600, 'the target is quiet: no dialog, no RTP, no callback');
  switch (verdict) {
    case 'fail':
      return [{ requirement: slug, text: 'both digits are reported, each once: expected "42", came "442"' }];
    case 'warning':
      return [{ requirement: slug, text: 'pacing stays within 2 ms: expected 20 ms ± 2, came 23.4 ms' }];
    case 'inconclusive':
      return [{ text: 'the RTP probe was held up for 310 ms' }];
    case 'harness-error':
      return [{ text: 'SIPp ended by itself: cannot bind 127.0.0.1:5082' }];
    case 'not-applicable':
      return [{ text: 'the target does not claim recording' }];
    default:
      return [];
  }
}

/** Everything that a report is built of. */
export function sampleInput(tests: number, rowCount: number): BuildInput {
  const rows = sampleRows(rowCount);
  return {
    result: sampleRun(tests, rows),
    rows,
    tool: { name: 'mediaservice-conformance', version: '0.1.0' },
    target: {
      name: 'Sample service',
      description: 'Made-up results, to look at the report.',
      restBaseUrl: 'http://127.0.0.1:8080',
      domain: 'demo',
      sip: 'udp:127.0.0.1:5060',
      capabilities: [],
    },
    settings: { runner: 'local', concurrency: 12 },
    baseline: [],
  };
}
