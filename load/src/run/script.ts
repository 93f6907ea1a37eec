/** What the script of a run is told. Pure. */
import type { Mix, ScriptSetting } from '../../scenarios/lib/setting.ts';
import type { RunSetting } from '../report/model.ts';
import type { Ready } from '../webhook/protocol.ts';
import type { LoadTarget } from './types.ts';

export interface Sounds {
  readonly prompt: string;
  readonly caller: string;
  readonly callee: string;
  readonly milliseconds: number;
}

export function scriptSetting(parts: {
  readonly target: LoadTarget;
  readonly setting: RunSetting;
  readonly mix: Mix;
  readonly burst?: number;
  readonly scored: number;
  readonly application: Ready['ready'];
  readonly audio: Sounds;
}): ScriptSetting {
  const { target, setting, application } = parts;
  const { calls, rate, rampSeconds, durationSeconds, talkSeconds } = setting;
  return {
    target: {
      domain: target.domain,
      sip: `${target.sip.host}:${target.sip.port}`,
      restUrl: target.restUrl,
      token: target.token,
      numbers: target.numbers,
      ...(target.cloudNumbers && { cloudNumbers: target.cloudNumbers }),
      prompts: target.capabilities.has('prompts'),
    },
    application: {
      url: application.url,
      callbacksUrl: target.callbacksUrl,
      host: application.host ?? target.suiteHost,
      registrarPort: application.registrarPort,
      echoPort: application.echoPort,
    },
    audio: parts.audio,
    mix: parts.mix,
    steering: {
      ...(calls !== undefined && { calls }),
      ...(rate !== undefined && { rate }),
      ...(parts.burst !== undefined && { burst: parts.burst }),
      ...{ rampSeconds, durationSeconds, talkSeconds },
    },
    scored: parts.scored,
    localIP: target.suiteHost,
    generator: generatorOf(setting.segment),
  };
}

/** Digits that no other segment has: where it begins, in thousandths. `''` for a generator that is alone. */
export function generatorOf(segment: string | undefined): string {
  if (segment === undefined) return '';
  const [from = '0'] = segment.includes(':') ? segment.split(':') : ['0'];
  const [above = '0', below = '1'] = from.replace('%', '/100').split('/');
  const share = Number(above) / Number(below);
  return `8${String(Math.round((Number.isFinite(share) ? share : 0) * 1000)).padStart(4, '0')}`;
}
