/** Finds the tenant of a call (D-DOMAIN) and its settings. */
import type { DomainPort, DomainSettings } from '../session/ports/domains.ts';
import { parseNumberRange } from './numbers.ts';
import type { Config, DomainConfig, SipCredentials } from './types.ts';

export interface Domains extends DomainPort {
  /** The whole configuration of a domain, for the adapters. */
  config(name: string): DomainConfig | undefined;
  /** What the domain of a host has for a challenge: by the host that was called, and the realm where it names one. */
  credentials(asked: {
    readonly tenant: string;
    readonly host: string;
    readonly realm: string;
  }): SipCredentials | undefined;
}

export function createDomains(config: Config): Domains {
  const byName = new Map(config.domains.map((domain) => [domain.name.toLowerCase(), domain]));
  const byHost = new Map(config.domains.flatMap((domain) => domain.sipHosts.map((host) => [host, domain] as const)));
  const settings = new Map(config.domains.map((domain) => [domain, settingsOf(domain)]));
  const trusted = new Set(config.trustedPeers.map(plainAddress));
  const ranges = config.domains
    .flatMap((domain) => domain.numbers.map((text) => ({ domain, range: parseNumberRange(text) })))
    .toSorted((one, other) => (other.range?.weight ?? 0) - (one.range?.weight ?? 0));

  const cloudUsers = new Map(
    config.domains.map(({ name, cloudUsers: users }) => [name.toLowerCase(), users.map(parseNumberRange)] as const),
  );

  const known = (domain: DomainConfig | undefined) => (domain === undefined ? undefined : settings.get(domain));
  return {
    find: (host, user) =>
      known(byHost.get(host.toLowerCase()) ?? ranges.find(({ range }) => range?.matches(user))?.domain),
    get: (name) => known(byName.get(name.toLowerCase())),
    config: (name) => byName.get(name.toLowerCase()),
    isCloudUser: (name, user) => cloudUsers.get(name.toLowerCase())?.some((range) => range?.matches(user)) ?? false,
    credentials: ({ tenant, host, realm }) =>
      byHost
        .get(tenant.toLowerCase())
        ?.sipCredentials.find(
          (own) => own.host.toLowerCase() === host.toLowerCase() && (own.realm === undefined || own.realm === realm),
        ),
    trusted: (address) => trusted.has(plainAddress(address)),
  };
}

/** An IPv4 address that came through an IPv6 socket is the same peer. */
const plainAddress = (address: string): string => address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');

function settingsOf(domain: DomainConfig): DomainSettings {
  return {
    name: domain.name,
    entry: domain.entry,
    instances: domain.instances.map(({ id }) => id),
    maxSessionSeconds: domain.maxSessionSeconds,
    maxRingSeconds: domain.maxRingSeconds,
    rtpTimeoutSeconds: domain.rtpTimeoutSeconds,
    firstTimeoutSeconds: domain.firstTimeoutSeconds,
    betweenTimeoutSeconds: domain.betweenTimeoutSeconds,
    sipHost: domain.sipHosts[0] ?? domain.name,
    tonePlan: domain.tonePlan,
    ...(domain.without.length === 0 ? {} : { without: domain.without }),
    ...(domain.siteId === undefined ? {} : { siteId: domain.siteId }),
    ...(domain.emergencyFallback === undefined ? {} : { emergencyFallback: domain.emergencyFallback }),
  };
}
