/** Where a callback goes and how long it may take (D-CB, D-MSID). */
import type { CallbackSettings, DomainConfig } from '../config/types.ts';
import type { CallbackRequest } from '../session/ports/callbacks.ts';

export interface Target {
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly retryDelayMs: number;
}

/** A text says why there is nowhere to send it. */
export function targetOf(request: CallbackRequest, domain: DomainConfig | undefined): Target | string {
  if (domain === undefined) return `there is no domain ${request.domain}`;
  if (request.name === 'alarm') {
    return domain.alarmUrl === undefined
      ? `the domain ${domain.name} has no alarmUrl`
      : build(domain.alarmUrl, domain.callbacks);
  }
  const waits =
    request.instance === undefined ? domain.callbacks : domain.instances.find(({ id }) => id === request.instance);
  if (waits === undefined) return `the domain ${domain.name} has no instance ${request.instance}`;
  return build(`${(request.baseUrl ?? waits.baseUrl).replace(/\/+$/, '')}/${request.name}`, waits);
}

/** Addresses as they were read before: those of the settings come back with every callback. */
const known = new Map<string, Pick<Target, 'origin' | 'path'>>();
/** Some come from applications, of which there may be any number. */
const mostKnown = 1_000;

function placeOf(text: string): Pick<Target, 'origin' | 'path'> | undefined {
  const before = known.get(text);
  if (before !== undefined) return before;
  if (!URL.canParse(text)) return undefined;
  const { origin, pathname, search } = new URL(text);
  const place = { origin, path: pathname + search };
  if (known.size >= mostKnown) known.clear();
  known.set(text, place);
  return place;
}

function build(text: string, waits: CallbackSettings): Target | string {
  const place = placeOf(text);
  if (place === undefined) return `${text} is no URL`;
  return {
    ...place,
    timeoutMs: waits.timeoutSeconds * 1000,
    retries: waits.retries,
    retryDelayMs: waits.retryDelaySeconds * 1000,
  };
}
