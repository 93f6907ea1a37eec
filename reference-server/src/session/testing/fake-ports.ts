/**
 * Ports that keep what they were told. SIP and media answer nothing by themselves: a test plays the far end. Callbacks
 * keep the promise of the real port: one at a time for a session, in order.
 */

import type { Json } from '../json.ts';
import type { CallbackRequest, CallbackResult } from '../ports/callbacks.ts';
import type { DomainSettings } from '../ports/domains.ts';
import type { MediaPort } from '../ports/media.ts';
import type { PlayJob } from '../ports/phrase.ts';
import type { ReplyClaims } from '../ports/reply-id.ts';
import type { OutboundInvite, SipPort } from '../ports/sip.ts';
import type { LogPort, Ports } from '../ports.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

export type Command = {
  readonly port: 'sip' | 'media';
  readonly call: string;
  readonly leg: string;
  readonly args: readonly unknown[];
};

export interface FakePorts extends Ports {
  readonly clock: FakeClock;
  /** Everything that SIP and media were told, oldest first. */
  readonly commands: Command[];
  readonly callbacks: Ports['callbacks'] & { readonly sent: CallbackRequest[]; readonly forgotten: string[] };
  readonly invites: OutboundInvite[];
  readonly jobs: PlayJob[];
  readonly claims: Map<string, ReplyClaims>;
  readonly logged: { readonly level: string; readonly message: string; readonly fields: unknown }[];
}

export const testDomain: DomainSettings = {
  name: 'demo.example',
  entry: 'newCall',
  instances: ['main', 'second'],
  maxSessionSeconds: 3600,
  maxRingSeconds: 60,
  rtpTimeoutSeconds: 30,
  firstTimeoutSeconds: 10,
  betweenTimeoutSeconds: 5,
  sipHost: 'sip.demo.example',
  tonePlan: 'SE',
};

export const createFakePorts = (domain: DomainSettings = testDomain): FakePorts => {
  const commands: Command[] = [];
  const sent: CallbackRequest[] = [];
  const forgotten: string[] = [];
  const invites: OutboundInvite[] = [];
  const jobs: PlayJob[] = [];
  const claims = new Map<string, ReplyClaims>();
  const logged: FakePorts['logged'] = [];
  let ids = 0;
  const told =
    (port: 'sip' | 'media', call: string) =>
    (leg: string, ...args: readonly unknown[]) => {
      commands.push({ port, call, leg, args });
    };
  const sip: SipPort = {
    progress: told('sip', 'progress'),
    answer: told('sip', 'answer'),
    reject: told('sip', 'reject'),
    invite: (leg, invite) => {
      invites.push(invite);
      told('sip', 'invite')(leg, invite);
    },
    cancel: told('sip', 'cancel'),
    hangup: told('sip', 'hangup'),
    respondOffer: told('sip', 'respondOffer'),
    reoffer: told('sip', 'reoffer'),
  };
  const media: MediaPort = {
    open: told('media', 'open'),
    start: told('media', 'start'),
    accept: told('media', 'accept'),
    update: told('media', 'update'),
    play: (leg, job) => {
      jobs.push(job);
      told('media', 'play')(leg, job);
    },
    stop: told('media', 'stop'),
    background: told('media', 'background'),
    offer: told('media', 'offer'),
    watch: told('media', 'watch'),
    press: told('media', 'press'),
    join: told('media', 'join'),
    separate: told('media', 'separate'),
    listen: told('media', 'listen'),
    startRecording: (recording) => told('media', 'startRecording')(recording.left, recording),
    stopRecording: told('media', 'stopRecording'),
    close: told('media', 'close'),
  };
  const keep =
    (level: string): LogPort['info'] =>
    (fields, message) => {
      logged.push({ level, message, fields });
    };
  return {
    sip,
    media,
    callbacks: { send: (request) => sent.push(request), forget: (session) => forgotten.push(session), sent, forgotten },
    ids: {
      uuid: () => {
        ids += 1;
        return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
      },
      replyId: (given) => {
        const id = `reply-${claims.size + 1}`;
        claims.set(id, given);
        return id;
      },
    },
    clock: createFakeClock(),
    domains: {
      find: (host) => (host === domain.sipHost ? domain : undefined),
      get: (name) => (name === domain.name ? domain : undefined),
      isCloudUser: (_domain, user) => user.startsWith('cloud'),
      trusted: (address) => address === '10.0.0.1',
    },
    log: { info: keep('info'), warn: keep('warn'), error: keep('error') },
    node: '192.0.2.1',
    commands,
    invites,
    jobs,
    claims,
    logged,
  };
};

export const ok = (body: Json | undefined): CallbackResult => ({ ok: true, status: 200, body });
