/** Where a callback goes and how long it may take (D-CB, D-MSID). */
import type { CallbackSettings, DomainConfig } from '../config/types.ts';
import type { CallbackRequest } from '../session/ports.ts';

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

function build(text: string, waits: CallbackSettings): Target | string {
  if (!URL.canParse(text)) return `${text} is no URL`;
  const url = new URL(text);
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    timeoutMs: waits.timeoutSeconds * 1000,
    retries: waits.retries,
    retryDelayMs: waits.retryDelaySeconds * 1000,
  };
}
