/** What every script shares: its setting, the phones of the virtual user, and what they say and should hear. Init context. */
import sip, { type Audio } from 'k6/x/sip';
import { isScored } from './plan.ts';
import type { NumberRange, ScriptSetting } from './setting.ts';

export const setting = JSON.parse(__ENV.LOAD_SETTING ?? '') as ScriptSetting;
const { target, application, audio } = setting;
/** In a cluster all generators are told the same, and each knows its own address. */
const localIP = __ENV.LOAD_LOCAL_IP ?? '';
const generator = setting.generator + localIP.replace(/\D/g, '');

sip.options({ localIP: localIP === '' ? setting.localIP : localIP, expectTimeout: '15s' });

const wav = (path: string): Audio => sip.audio(open(path, 'b'));
export const sounds = { prompt: wav(audio.prompt), caller: wav(audio.caller), callee: wav(audio.callee) };

/** 0 while k6 reads the options. */
const user = Math.max(__VU, 1);
/** Whether the calls of this user are scored. */
export const scored = isScored(user, setting.scored);

const own = (role: '1' | '2'): string => `${generator}${role}${String(user).padStart(6, '0')}`;
const callerNumber = own('1');
/** The user by whose name the callee registers. */
export const calleeUser = own('2');

/** Calls out to the target. */
export const caller = new sip.Device({
  device: `caller${user}`,
  registrar: `sip:${target.domain}`,
  proxy: target.sip,
  user: `${callerNumber}@${target.domain}`,
  register: false,
  ext: callerNumber,
  audio: sounds.caller,
  record: scored,
});

/** Is called by the target, which is told its address by the application, with whom it registers. */
export const callee = new sip.Device({
  device: `callee${user}`,
  registrar: `sip:${application.host}:${application.registrarPort}`,
  user: `${calleeUser}@${application.host}`,
  ext: calleeUser,
  audio: sounds.callee,
  record: scored,
});

/** A number of the range, another one for each user. */
export function numberOf({ prefix, first, last }: NumberRange): string {
  const number = first + (user % (last - first + 1));
  return `${prefix}${String(number).padStart(String(last).length, '0')}`;
}
