/** Action call: another leg goes out, and the two are connected when it is answered. */

import { dial } from '../call/dial.ts';
import { greetingRounds } from '../call/greeting.ts';
import { isProblem } from '../headers.ts';
import { type InviteContext, ringSeconds, toInvite } from '../invite.ts';
import { flag, type JsonObject, text } from '../json.ts';
import { lacksFeature } from '../lacking.ts';
import { raise } from '../messages.ts';
import type { Participant } from '../participant.ts';
import { type CallPlan, noPlan } from '../plan.ts';
import type { Phrase } from '../ports/phrase.ts';
import { isRecordingName } from '../recording.ts';
import { sipUser } from '../sip-address.ts';
import { ringingTone } from '../tones.ts';
import type { Turn } from '../turn.ts';
import type { Action, Fault } from './action.ts';

export const call: Action = (turn, participant, answer) => {
  const uri = text(answer, 'destAddr');
  if (uri === undefined) return { problem: 'action call needs destAddr' };
  const user = sipUser(uri);
  if (user === undefined) return { address: uri };
  const invite = toInvite(answer, uri, contextOf(turn, participant));
  if (isProblem(invite)) return invite;
  const plan = planOf(turn, participant, answer);
  if ('problem' in plan) return plan;
  dial(turn, participant, {
    invite,
    user,
    maxRingSeconds: ringSeconds(answer, turn.session.domain),
    plan: { ...plan, ringback: ringbackOf(turn, answer), early: text(answer, 'ringbackTone') === undefined },
  });
  return undefined;
};

const contextOf = ({ session }: Turn, { user }: Participant): InviteContext => ({
  domain: session.domain,
  traceId: session.traceId,
  from: user,
  inbound: { ...session.inbound?.xHeaders, ...session.inbound?.pHeaders },
});

/** What every action that connects two parties may ask for: greeting, recording, monitor. */
export const planOf = (
  turn: Turn,
  participant: Participant,
  answer: JsonObject,
): CallPlan | (Fault & { problem: string }) => {
  const fileName = text(answer, 'recordingFileName');
  const recorded = flag(answer, 'callRecording');
  if (recorded && fileName !== undefined && !isRecordingName(turn.session.domain, fileName)) {
    return { problem: 'recordingFileName is no plain name of a .wav or .mp3 file' };
  }
  const monitor = monitorOf(turn, participant, answer);
  if (monitor !== undefined && isProblem(monitor)) return monitor;
  return {
    ...noPlan,
    greeting: greetingRounds(turn, answer),
    recording: recorded ? { fileName } : undefined,
    monitor,
  };
};

/** A monitor that cannot be called is told, and the call goes on without one (D-MON). */
const monitorOf = (turn: Turn, participant: Participant, answer: JsonObject) => {
  const uri = text(answer, 'monitorDestAddr');
  if (uri === undefined || lacksFeature(turn.session.domain, 'monitoring')) return undefined;
  const user = sipUser(uri);
  if (user === undefined) {
    raise(turn, { type: 'callEventError', error: `Invalid sip address: ${uri}` });
    return undefined;
  }
  const own: Record<string, JsonObject[string]> = {};
  const { monitorSipFrom, monitorXHeaders, monitorPHeaders } = answer;
  if (monitorSipFrom !== undefined) own.sipFrom = monitorSipFrom;
  if (monitorXHeaders !== undefined) own.xHeaders = monitorXHeaders;
  if (monitorPHeaders !== undefined) own.pHeaders = monitorPHeaders;
  const { inbound: _inbound, ...context } = contextOf(turn, participant);
  const invite = toInvite(own, uri, context);
  return isProblem(invite) ? invite : { invite, user };
};

/** `default` is the domain's tone, `none` and nothing no media at all, anything else a prompt's name or URL (D-RING). */
const ringbackOf = ({ session }: Turn, answer: JsonObject): readonly Phrase[] | undefined => {
  const tone = text(answer, 'ringbackTone');
  if (tone === undefined || tone === 'none') return undefined;
  if (tone === 'default') return [{ kind: 'tone', tone: ringingTone(session.domain.tonePlan) }];
  return [/^https?:\/\//i.test(tone) ? { kind: 'url', url: tone, refresh: false } : { kind: 'file', fileName: tone }];
};
