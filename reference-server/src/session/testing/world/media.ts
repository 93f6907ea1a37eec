/** What media does with the endpoints, each only what it was asked for; late is what it sent before it heard of the close. */
import type { Digit, PlayJobId, RecordingId } from '../../ids.ts';
import type { Direction } from '../../ports/media.ts';
import type { MediaEvent } from '../../ports/media-event.ts';
import { modelSdp } from '../sdp.ts';
import type { Wire } from './wire.ts';
import type { Move, World } from './world.ts';

interface LegMove {
  readonly may: (wire: Wire) => boolean;
  readonly run: (world: World, wire: Wire) => void;
}

const isOpen = ({ media }: Wire): boolean => media === 'open';

const failed = (reason: 'invalidSdp' | 'noResources' | 'internal', media: readonly Wire['media'][]): LegMove => ({
  may: (wire) => media.includes(wire.media),
  run: (world, { id: leg }) => world.dispatch({ type: 'media.failed', leg, reason, detail: 'x' }),
});

const updated = (direction: Direction | 'invalidSdp' | 'internal'): LegMove => ({
  may: ({ updates }) => updates.size > 0,
  run: (world, wire) => {
    const [offerId = ''] = wire.updates;
    wire.updates.delete(offerId);
    const leg = wire.id;
    if (direction === 'invalidSdp' || direction === 'internal') {
      return world.dispatch({ type: 'media.failed', leg, offerId, reason: direction, detail: 'x' });
    }
    wire.direction = direction;
    world.dispatch({ type: 'media.updated', leg, offerId, sdp: modelSdp, direction });
  },
});

const isDone = ({ jobs, repeating }: Wire) => [...jobs].find((job) => !repeating.has(job));

/** What the job recorded is told before its end is. */
const endJob = (world: World, wire: Wire, job: PlayJobId) => {
  wire.jobs.delete(job);
  wire.repeating.delete(job);
  for (const recording of wire.due.get(job) ?? []) {
    if (world.wires.recordings.get(recording)?.state !== 'told') tell(world, recording, { bytes: 44, silent: [] });
  }
};

const played = (stopped: boolean): LegMove => ({
  may: (wire) => isDone(wire) !== undefined,
  run: (world, wire) => {
    const job = isDone(wire) as PlayJobId;
    endJob(world, wire, job);
    world.dispatch({ type: 'media.played', leg: wire.id, job, stopped });
  },
});

const playFailed = (reason: 'phraseError' | 'phraseRemoteCacheTimeout' | 'mediaServerError'): LegMove => ({
  may: ({ jobs }) => jobs.size > 0,
  run: (world, wire) => {
    const [job] = wire.jobs as Set<PlayJobId>;
    if (job === undefined) return;
    endJob(world, wire, job);
    world.dispatch({ type: 'media.playFailed', leg: wire.id, job, phrase: 0, reason, detail: 'x' });
  },
});

/** Nothing may come of it: no command, no callback. */
const late = (event: (wire: Wire) => MediaEvent): LegMove => ({
  may: ({ media }) => media === 'closed',
  run: (world, wire) => {
    const { commands, callbacks } = world.ports;
    const before = commands.length + callbacks.sent.length;
    world.dispatch(event(wire));
    const more = commands.length + callbacks.sent.length - before;
    if (more > 0 && !world.busy()) world.wires.wrong.push(`${event(wire).type} of a closed endpoint was acted upon`);
  },
});

const dtmf = (digit: string): LegMove => ({
  may: isOpen,
  run: (world, { id: leg }) => world.dispatch({ type: 'media.dtmf', leg, digit: digit as Digit, source: 'rfc4733' }),
});

export const mediaMoves: Readonly<Record<string, LegMove>> = {
  opened: {
    may: ({ media }) => media === 'opening',
    run: (world, wire) => {
      wire.media = 'open';
      world.dispatch({ type: 'media.opened', leg: wire.id, sdp: modelSdp });
    },
  },
  'no port': failed('noResources', ['opening']),
  'unusable SDP': failed('invalidSdp', ['opening', 'open']),
  'media broke': failed('internal', ['opening', 'open']),
  'offer made': {
    may: ({ offering }) => offering.length > 0,
    run: (world, wire) => {
      wire.made = wire.offering.shift() ?? wire.made;
      world.dispatch({ type: 'media.offered', leg: wire.id, sdp: modelSdp });
    },
  },
  updated: updated('sendrecv'),
  held: updated('sendonly'),
  'held both ways': updated('inactive'),
  'offer refused': updated('invalidSdp'),
  'offer failed': updated('internal'),
  played: played(false),
  'played, stopped': played(true),
  'bad phrase': playFailed('phraseError'),
  'phrase too late': playFailed('phraseRemoteCacheTimeout'),
  'player broke': playFailed('mediaServerError'),
  'no RTP': {
    may: isOpen,
    run: (world, { id: leg }) => {
      world.facts.add('media');
      world.dispatch({ type: 'media.rtpTimeout', leg });
    },
  },
  1: dtmf('1'),
  '#': dtmf('#'),
  'late opened': late(({ id: leg }) => ({ type: 'media.opened', leg, sdp: modelSdp })),
  'late digit': late(({ id: leg }) => ({ type: 'media.dtmf', leg, digit: '1' as Digit, source: 'inband' })),
  'late silence': late(({ id: leg }) => ({ type: 'media.rtpTimeout', leg })),
  'late failure': late(({ id: leg }) => ({ type: 'media.failed', leg, reason: 'internal', detail: 'x' })),
  'late update': late(({ id: leg }) => ({
    type: 'media.updated',
    leg,
    offerId: 'late',
    sdp: modelSdp,
    direction: 'sendonly',
  })),
};

type Told = Omit<Extract<MediaEvent, { type: 'media.recorded' }>, 'type' | 'recording'>;

const recorded = (name: string, told: Told): Move => ({
  name,
  run: (world) => {
    const stopped = [...world.wires.recordings].find(([, { state }]) => state === 'stopped');
    if (stopped === undefined) return false;
    tell(world, stopped[0], told);
    return true;
  },
});

const tell = (world: World, recording: RecordingId, told: Told) => {
  const entry = world.wires.recordings.get(recording);
  if (entry) [entry.state, entry.loose] = ['told', world.busy()];
  world.dispatch({ type: 'media.recorded', recording, ...told });
};

export const recordings: readonly Move[] = [
  recorded('recorded', { bytes: 44, silent: [] }),
  recorded('recorded, caller silent', { bytes: 44, silent: ['left'] }),
  recorded('recorded, both silent', { silent: ['left', 'right'] }),
  recorded('not recorded', { silent: [], failure: 'disk full' }),
];

/** The thread under all endpoints dies; recordings die with it. */
export const threadDies: Move = {
  name: 'the media thread dies',
  run: (world) => {
    const there = world.legs().filter(({ media }) => media === 'open' || media === 'opening');
    for (const { id: leg } of there) world.dispatch({ type: 'media.failed', leg, reason: 'internal', detail: 'died' });
    for (const [id, { state }] of [...world.wires.recordings]) {
      if (state !== 'told') tell(world, id, { silent: [], failure: 'the media thread died' });
    }
    return there.length > 0;
  },
};
