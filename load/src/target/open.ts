import { bearerToken, openTarget, type Target, whichTarget } from '@mediaservice/conformance/kit';
import type { LoadTarget } from '../run/types.ts';
import { embeddedServer } from './embedded.ts';
import { isThisMachine } from './here.ts';

/** A run, and the requests that end it, must fit into the life of its token. */
const tokenSeconds = 24 * 3600;
const withinMs = 33_000;

/** What the command line and the folder say of the target, and the target itself, which answers by then. */
export interface Opened {
  readonly target: LoadTarget;
  /** Why it is this one, where that is not plain. */
  readonly told?: string;
}

/**
 * Opens the target of a file, or starts the reference server that comes along.
 * `elsewhere`: an application that runs already answers its callbacks.
 * @throws {TargetError} and {SettingsError} with the sentence that says what to do.
 */
export async function openLoadTarget(
  named: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  { elsewhere = false, directory = process.cwd() } = {},
): Promise<Opened> {
  const { file, told } = await whichTarget(named, directory);
  const open = await openTarget(file, env, embeddedServer, elsewhere);
  try {
    const target = await loadTarget(open.target, file === undefined);
    const beside = await besideOf(open);
    return {
      target: { ...target, ...(beside && { beside }), died: open.died, close: open.close },
      ...(told !== undefined && { told }),
    };
  } catch (error) {
    await open.close();
    throw error;
  }
}

/** Whether it runs on this machine: it was started here, in a container too, or is reached at an address of ours. */
async function besideOf({
  target,
  pid,
}: {
  readonly target: Target;
  readonly pid?: number;
}): Promise<LoadTarget['beside']> {
  if (pid !== undefined) return { group: pid };
  return target.container !== undefined || (await isThisMachine(target.sip.host)) ? {} : undefined;
}

async function loadTarget(target: Target, embedded: boolean): Promise<Omit<LoadTarget, 'died' | 'close'>> {
  const { credentials, domain, metrics } = target;
  const lasting = credentials.kind === 'hs256' ? { lifetime: tokenSeconds, ...credentials } : credentials;
  return {
    name: target.name,
    ...(target.description !== undefined && { description: target.description }),
    embedded,
    domain,
    sip: { host: target.sip.host, port: target.sip.port },
    restUrl: `${target.rest.baseUrl.replace(/\/$/, '')}/${encodeURIComponent(domain)}`,
    token: await bearerToken(lasting, domain),
    callbacksUrl: target.callbacks.baseUrl.replace(/\/$/, ''),
    suiteHost: target.suite.host,
    numbers: target.numbers,
    ...(target.tenants.cloudUa?.numbers && { cloudNumbers: target.tenants.cloudUa.numbers }),
    capabilities: new Set(target.capabilities),
    ...(metrics && {
      metrics: {
        url: metrics.url,
        atRest: metrics.atRest,
        settling: Object.keys(metrics.settling ?? {}),
        // What outlives a call longer on purpose is waited for too.
        withinMs: Math.max(metrics.withinMs ?? withinMs, ...Object.values(metrics.settling ?? {})),
      },
    }),
  };
}
