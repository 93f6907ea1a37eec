/** Generated event sequences, on the host with fakes: whatever happens in whatever order, the promises hold. */
import { validateCallbackAnswer, validateCallbackBody } from '@mediaservice/spec';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LegId, RecordingId } from './ids.ts';
import { type Bench, createBench, inboundCall } from './testing/bench.ts';
import { legsOf, type Move, moves, recordingsOf, usual } from './testing/model.ts';
import { modelSdp } from './testing/sdp.ts';
import { playSequences } from './testing/sequences.ts';

/** All kinds of session together. */
const sequences = 20_000;
const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 31);

/** Plain comparison: `expect` would cost more than the session does. */
const hold = (promise: string, kept: boolean, found?: unknown) => {
  if (!kept) throw new Error(`${promise}${found === undefined ? '' : `: ${JSON.stringify(found)}`}`);
};

const begin: Readonly<Record<string, (bench: Bench) => void>> = {
  'inbound IVR': (bench) => bench.dispatch({ type: 'sip.incoming', call: inboundCall({ sdp: modelSdp }) }),
  'outbound IVR': (bench) => void bench.operate('placeIvrCall', { destAddr: 'sip:b@c', maxRingTime: 20 }),
  'inbound remote': (bench) =>
    bench.dispatch({
      type: 'sip.incoming',
      call: inboundCall({ sdp: modelSdp, called: { user: 'cloud-1', host: 'sip.demo.example' } }),
    }),
  'outbound remote': (bench) =>
    void bench.operate('placeRemoteCall', {
      destinationUri: 'sip:b@c',
      codec: 'PCMU',
      receiveIp: '192.0.2.5',
      receivePort: 5_000,
    }),
  'two-party': (bench) => bench.dispatch({ type: 'sip.incoming', call: inboundCall({ sdp: modelSdp }) }),
};

/** After each move: a session asks one thing at a time, and sessionCompleted leaves nothing behind. */
const holdNow = (bench: Bench) => {
  const open = new Map<string, number>();
  for (const { name, session = '' } of bench.open()) {
    if (name === 'alarm') continue;
    open.set(session, (open.get(session) ?? 0) + 1);
    hold('one callback at a time', open.get(session) === 1);
  }
};

/** Legs whose media endpoint was opened and not closed as the last thing, or that were let go in SIP more than once. */
const notReleased = ({ ports }: Bench, legs: readonly LegId[]): readonly LegId[] =>
  legs.filter((leg) => {
    const own = ports.commands.filter((command) => command.leg === leg);
    const media = own.filter(({ port, call }) => port === 'media' && call !== 'stopRecording').map(({ call }) => call);
    const ends = own.filter(({ port, call }) => port === 'sip' && (call === 'reject' || call === 'hangup'));
    return (media.includes('open') && media.at(-1) !== 'close') || ends.length > 1;
  });

/** Media tells of a recording when it is stopped; one that nobody stops would hold its session for ever. */
const stopped = ({ ports }: Bench): readonly RecordingId[] =>
  ports.commands.flatMap(({ call, leg }) => (call === 'stopRecording' ? [leg as string as RecordingId] : []));

/** The world comes to rest: everything that is owed to the sessions arrives. */
const settle = (bench: Bench) => {
  bench.ports.clock.advance(10_000_000);
  for (const { call, leg } of [...bench.ports.commands]) {
    if (call === 'cancel') bench.dispatch({ type: 'sip.failed', leg: leg as LegId, status: 487, reason: 'x' });
  }
  for (let left = bench.open().length; left > 0; left = bench.open().length) {
    const [request] = bench.open();
    if (request) bench.settle(request, { ok: false, cause: 'connection', detail: 'x' });
    for (const recording of stopped(bench)) bench.dispatch({ type: 'media.recorded', recording, silent: [] });
    bench.ports.clock.advance(10_000_000);
    for (const { call, leg } of [...bench.ports.commands]) {
      if (call === 'cancel') bench.dispatch({ type: 'sip.failed', leg: leg as LegId, status: 487, reason: 'x' });
    }
  }
};

const unique = (values: readonly unknown[]): boolean => new Set(values.map(String)).size === values.length;

/** When all is over. */
const holdAtEnd = (bench: Bench, whole: boolean) => {
  const { sent } = bench.ports.callbacks;
  for (const session of new Set(sent.map((request) => request.session))) {
    const names = sent.filter((request) => request.session === session).map(({ name }) => name);
    hold('one sessionCompleted', names.filter((name) => name === 'sessionCompleted').length === 1, names);
    hold('no callback after it', names.at(-1) === 'sessionCompleted', names);
  }
  const of = (name: string) => sent.filter((request) => request.name === name).map(({ body }) => body);
  hold(
    'callAnswered once a connection',
    unique(of('callAnswered').map((b) => [b.connectionId, b.calleeParticipantId])),
  );
  hold(
    'callEvent once a party',
    unique(of('callEvent').map((b) => [b.connectionId, b.participantId, b.remoteParticipantId])),
  );
  hold('recordingReady for each recording', of('recordingReady').length === recordingsOf(bench).length);
  hold(
    'nothing is left',
    Object.values(bench.host.stats()).every((count) => count === 0),
    bench.host.stats(),
  );
  hold('no timer is left', bench.ports.clock.pending() === 0);
  const errors = bench.ports.logged.filter(({ level }) => level === 'error');
  hold(
    'no rule failed',
    errors.length === 0,
    errors.map(({ fields }) => String((fields as { err?: unknown }).err)),
  );
  hold('every port and leg is given back', notReleased(bench, legsOf(bench)).length === 0, bench.ports.commands);
  if (!whole) return;
  for (const { name, body } of sent) {
    const faults = validateCallbackBody(name, JSON.parse(JSON.stringify(body)));
    hold(`${name} is what the API says`, faults.length === 0, faults);
  }
};

const play = (kind: string, path: readonly Move[], whole: boolean) => {
  const bench = createBench({ maxSessionSeconds: 400 }, whole ? { validateAnswer: validateCallbackAnswer } : {});
  begin[kind]?.(bench);
  for (const { run } of path) {
    run(bench);
    holdNow(bench);
  }
  settle(bench);
  holdAtEnd(bench, whole);
};

const kinds = Object.entries(usual);

it.each(kinds)(
  '%s sessions keep their promises',
  (kind, way) => {
    const numRuns = Math.ceil(sequences / kinds.length);
    process.stdout.write(`model: ${numRuns} sequences of ${kind} sessions, MODEL_SEED=${seed}\n`);
    const sequence = fc.array(moves, { maxLength: 25 });
    // The schemas cost ten times what the session does, so a part of the sequences is held to them.
    const { failed, report } = playSequences({ way, moves: sequence, variants: 9, numRuns, seed }, (path, tenth) =>
      play(kind, path, tenth === 0),
    );
    expect(failed, report).toBe(false);
  },
  60_000,
);
