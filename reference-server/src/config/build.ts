/** Validated settings and secrets become the configuration that the rest of the server reads. */
import { hkdfSync } from 'node:crypto';
import type { RawAuth, RawConfig, RawDomain } from './raw.ts';
import type { Secrets } from './secrets.ts';
import type { AuthSettings, Config, DomainConfig } from './types.ts';

export function buildConfig(raw: RawConfig, secrets: Secrets): Config {
  const { domains = [], ...rest } = raw;
  return {
    ...rest,
    domains: domains.map((domain) => buildDomain(domain, secrets.domains[domain.name] ?? '')),
    // What one node signed is verified by another.
    replySecret: rest.cluster === undefined ? secrets.reply : derived(rest.cluster.secret, 'replyId'),
  };
}

const derived = (secret: string, use: string): string =>
  Buffer.from(hkdfSync('sha256', secret, '', use, 32)).toString('base64url');

function buildDomain(raw: RawDomain, secret: string): DomainConfig {
  const { callbacks } = raw;
  return {
    ...raw,
    sipHosts: [...new Set([...raw.sipHosts, raw.name].map((host) => host.toLowerCase()))],
    auth: buildAuth(raw.auth, secret),
    instances: raw.instances.map((instance) => ({
      id: instance.id,
      baseUrl: instance.baseUrl,
      timeoutSeconds: instance.timeoutSeconds ?? callbacks.timeoutSeconds,
      retries: instance.retries ?? callbacks.retries,
      retryDelaySeconds: instance.retryDelaySeconds ?? callbacks.retryDelaySeconds,
    })),
  };
}

function buildAuth(raw: RawAuth, secret: string): AuthSettings {
  return raw.jwksUrl === undefined
    ? { type: 'secret', secret: raw.secret ?? secret, claim: raw.claim }
    : { type: 'jwks', url: raw.jwksUrl, algorithms: raw.algorithms ?? ['RS256', 'ES256'], claim: raw.claim };
}
