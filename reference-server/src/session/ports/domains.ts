/** Domains: their settings as far as a session needs them, and how the one of a call is found. */

import type { Feature } from '../features.ts';
import type { TonePlan } from '../tone-plan.ts';

export interface EmergencyFallback {
  readonly mode: 'always' | 'onError';
  readonly address: string;
}

/** Settings of a domain as far as a session needs them; times in seconds (D-MAX). */
export interface DomainSettings {
  readonly name: string;
  readonly entry: 'newCall' | 'getCallIdentifier';
  readonly instances: readonly string[];
  readonly maxSessionSeconds: number;
  readonly maxRingSeconds: number;
  readonly rtpTimeoutSeconds: number;
  /** From the end of the phrases, where the command names none. */
  readonly firstTimeoutSeconds: number;
  readonly betweenTimeoutSeconds: number;
  readonly sipHost: string;
  /** The country whose ringing tone a caller hears (D-RING). */
  readonly tonePlan: TonePlan;
  readonly siteId?: string;
  readonly emergencyFallback?: EmergencyFallback;
  /** Features that the domain does without (D-CLAIM); absent: none. */
  readonly without?: readonly Feature[];
}

export interface DomainPort {
  /** Host of the Request-URI, else a number range (D-DOMAIN). */
  find(host: string, user: string): DomainSettings | undefined;
  get(name: string): DomainSettings | undefined;
  /** The user is one that the Cloud UA serves (D-ENTRY, D-CUA). */
  isCloudUser(domain: string, user: string): boolean;
  /** The packet came from a peer whose trace ids are adopted (D-ID). */
  trusted(address: string): boolean;
}
