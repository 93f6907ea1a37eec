/** A call up to the moment at which an application is asked or told by one of the ten callbacks, and its way to rest. */
import { type CallbackName, validateCallbackAnswer } from '@mediaservice/spec';
import type { CallId, LegId, RecordingId } from '../../session/ids.ts';
import type { CallbackRequest } from '../../session/ports/callbacks.ts';
import type { DomainSettings } from '../../session/ports/domains.ts';
import { inboundCall, ivrBench } from '../../session/testing/bench.ts';
import { type CallBench, callBench, caller, dialling, talking } from '../../session/testing/call-bench.ts';
import { ok } from '../../session/testing/fake-ports.ts';
import { modelSdp } from '../../session/testing/sdp.ts';

interface Situation {
  readonly bench: Omit<CallBench, 'callee' | 'opened' | 'answered' | 'toldTo' | 'args' | 'invite'>;
  /** The callback that is to be answered wrongly; it is the oldest that is open. */
  readonly request: CallbackRequest;
  /** Whose call it is about. */
  readonly party: LegId;
}

type Given = Partial<DomainSettings>;
const options = { validateAnswer: validateCallbackAnswer };

const cameIn = (settings: Given, user = '1000') => {
  const bench = callBench({ settings, options });
  bench.dispatch({
    type: 'sip.incoming',
    call: inboundCall({ sdp: modelSdp, called: { user, host: 'sip.demo.example' }, xHeaders: { 'x-given': 'a' } }),
  });
  return bench;
};

/** An IVR call that plays something and has been hung up. */
const overIvr = (settings: Given) => {
  const bench = ivrBench(settings, options);
  bench.answer('getIvrCommand', { getIVRCommandAfter: 60 });
  bench.dispatch({ type: 'sip.ended', leg: caller, cause: 'bye' });
  return bench;
};

const builders: Readonly<Record<CallbackName, (settings: Given) => Situation['bench']>> = {
  newCall: (settings) => cameIn(settings),
  getCallIdentifier: (settings) => cameIn({ ...settings, entry: 'getCallIdentifier' }),
  newRemoteCall: (settings) => cameIn(settings, 'cloud-1'),
  getIvrCommand: (settings) => ivrBench(settings, options),
  callEvent: (settings) => {
    const bench = talking({}, { settings, options, call: { sdp: modelSdp, xHeaders: { 'x-given': 'a' } } });
    bench.dispatch({ type: 'sip.ended', leg: bench.far, cause: 'bye' });
    return bench;
  },
  callNotify: (settings) => {
    const bench = dialling({}, { settings, options });
    bench.dispatch({ type: 'sip.progress', leg: bench.callee(), sipCallId: 'c' as CallId, status: 180 });
    return bench;
  },
  callAnswered: (settings) => {
    const bench = dialling({}, { settings, options });
    bench.answered(bench.callee());
    bench.dispatch({ type: 'sip.confirmed', leg: caller });
    return bench;
  },
  recordingReady: (settings) => {
    const bench = talking({ callRecording: true }, { settings, options });
    const recording = bench.ports.commands.find(({ call }) => call === 'startRecording')?.args[0] as {
      readonly id: RecordingId;
    };
    bench.operate('stopRecording', { replyId: bench.replyId });
    bench.dispatch({ type: 'media.recorded', recording: recording.id, bytes: 44, silent: [] });
    return bench;
  },
  sessionCompleted: overIvr,
  alarm: (settings) => {
    const bench = talking({}, { settings, options });
    bench.dispatch({ type: 'media.rtpTimeout', leg: bench.far });
    return bench;
  },
};

export const situation = (name: CallbackName, settings: Given = {}): Situation => {
  const bench = builders[name](settings);
  const request = bench.open().find((each) => each.name === name);
  if (request === undefined) throw new Error(`${name} is not asked here, but ${bench.names().join(', ')}`);
  return { bench, request, party: caller };
};

/** What the application can be seen to have caused: alarms as `type: error`, and how the party's call went on. */
export interface Outcome {
  readonly alarms: readonly string[];
  /** Status of the refusal, `BYE`, or that the call goes on. */
  readonly sip: number | 'BYE' | 'goes on';
  /** User of each INVITE that went out after the answer. */
  readonly called: readonly string[];
}

/** Watches from now on. */
export const observe = ({ bench, party }: Situation): (() => Outcome) => {
  const { commands, callbacks, invites } = bench.ports;
  const from = { commands: commands.length, sent: callbacks.sent.length, invites: invites.length };
  return () => {
    const alarms = callbacks.sent.slice(from.sent).filter(({ name }) => name === 'alarm');
    const own = commands.slice(from.commands).filter(({ port, leg }) => port === 'sip' && leg === party);
    const refusal = own.find(({ call }) => call === 'reject')?.args[0] as number | undefined;
    return {
      alarms: alarms.map(({ body }) => `${String(body.type)}: ${String(body.error)}`),
      sip: refusal ?? (own.some(({ call }) => call === 'hangup') ? 'BYE' : 'goes on'),
      called: invites.slice(from.invites).map(({ uri }) => uri),
    };
  };
};

/** Media opens every endpoint that it was asked for, until nobody asks for more. */
export const openMedia = ({ bench }: Pick<Situation, 'bench'>) => {
  const { commands } = bench.ports;
  // Opening one may lead to another; the list grows as it is gone through.
  for (const { call, leg } of commands) {
    if (call === 'open') bench.dispatch({ type: 'media.opened', leg: leg as LegId, sdp: modelSdp });
  }
};

/** Everybody hangs up, and everything that is owed to the sessions arrives. */
export const bringToRest = ({ bench }: Pick<Situation, 'bench'>) => {
  const { commands } = bench.ports;
  const legs = () => [...new Set([caller, ...commands.map(({ leg }) => leg as LegId)])];
  const told = (leg: LegId, call: string) => commands.some((command) => command.leg === leg && command.call === call);
  for (let round = 0; bench.host.stats().sessions > 0 && round < 20; round++) {
    for (const leg of legs()) {
      if (leg === caller && !told(leg, 'answer')) bench.dispatch({ type: 'sip.cancelled', leg });
      else if (leg !== caller && told(leg, 'cancel'))
        bench.dispatch({ type: 'sip.failed', leg, status: 487, reason: '' });
      else bench.dispatch({ type: 'sip.ended', leg, cause: 'bye' });
    }
    for (const { call, leg } of [...commands]) {
      if (call !== 'stopRecording') continue;
      bench.dispatch({ type: 'media.recorded', recording: leg as string as RecordingId, silent: [] });
    }
    for (const request of bench.open()) {
      bench.settle(request, ok(request.name === 'callEvent' ? { action: 'drop' } : undefined));
    }
  }
};

/** What is left of the calls; empty where everything was given back, exactly once. */
export const leftOf = ({ bench }: Pick<Situation, 'bench'>): readonly string[] => {
  const { commands, callbacks, clock, logged } = bench.ports;
  const left = Object.entries(bench.host.stats()).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
  if (clock.pending() > 0) left.push(`${clock.pending()} timers of the clock`);
  for (const leg of new Set(commands.map((command) => command.leg))) {
    const own = commands.filter((command) => command.leg === leg);
    const media = own.filter(({ port, call }) => port === 'media' && !call.endsWith('Recording'));
    if (media.some(({ call }) => call === 'open') && media.at(-1)?.call !== 'close') left.push(`media of ${leg}`);
    const ends = own.filter(({ port, call }) => port === 'sip' && (call === 'reject' || call === 'hangup'));
    if (ends.length > 1) left.push(`${leg} ended ${ends.length} times`);
  }
  const completed = callbacks.sent.filter(({ name }) => name === 'sessionCompleted').length;
  if (completed !== 1) left.push(`${completed} sessionCompleted`);
  if (callbacks.sent.at(-1)?.name !== 'sessionCompleted') left.push('a callback after sessionCompleted');
  if (bench.open().length > 0) left.push(`${bench.open().length} callbacks without an answer`);
  for (const { level, message } of logged) if (level === 'error') left.push(`error: ${message}`);
  return left;
};
