import { withoutUserinfo } from '../evidence/secrets.ts';
import type { Target } from '../target/types.ts';
import type { Report } from './model.ts';

/** What a report says of its target; nothing of its credentials. */
export function describeTarget(target: Target): Report['target'] {
  const { name, description, rest, domain, sip, capabilities } = target;
  return {
    name,
    ...(description === undefined ? {} : { description }),
    restBaseUrl: withoutUserinfo(rest.baseUrl),
    domain,
    sip: `${sip.transport}:${sip.host}:${sip.port}`,
    capabilities: [...new Set(capabilities)],
  };
}
