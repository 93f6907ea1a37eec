/** Records what one far end says into a file of the shared directory (`uuid_record`), and tells how it went. */
import type { Channel } from './channel.ts';
import type { Player } from './player.ts';
import { RATE, type Waves } from './waves.ts';

/** Mean magnitude under which FreeSWITCH takes a frame for silence. */
const SILENCE = 130;

const FRAME_MS = 20;

/** A far end that is being recorded. */
export interface Taking {
  /** Resolves when FreeSWITCH ended it: after the silence that was to end it, or with the channel. */
  readonly over: Promise<void>;
  /** Ends it. `heard`: whether any RTP came. `began`: the moment of the first sample, ms since 1970. */
  stop(): Promise<{ readonly samples: Int16Array<ArrayBuffer>; readonly heard: boolean; readonly began: number }>;
}

const now = (): number => performance.timeOrigin + performance.now();

export async function take(channel: Channel, player: Player, waves: Waves, silenceSamples = 0): Promise<Taking> {
  const path = waves.name();
  const before = await packetsOf(channel);
  const variables = [
    ...['RECORD_READ_ONLY=true', 'RECORD_STEREO=false', 'RECORD_MIN_SEC=0', 'RECORD_HANGUP_ON_ERROR=false'],
    // Else half a second is held back.
    'RECORD_PRE_BUFFER_FRAMES=0',
    ...(silenceSamples === 0
      ? []
      : [`RECORD_FINAL_TIMEOUT_MS=${silenceSamples / 8}`, `RECORD_SILENCE_THRESHOLD=${SILENCE}`]),
  ];
  const over = player.untilOver(path);
  const asked = now();
  await channel.command(`uuid_record ${channel.uuid} start ${path} 0 {${variables.join(',')}}`);
  const started = now();
  return {
    over,
    async stop() {
      const after = await packetsOf(channel);
      const ending = now();
      await channel.command(`uuid_record ${channel.uuid} stop ${path}`).catch(() => undefined);
      const ended = now();
      player.fileOver(path);
      const samples = await waves.read(path);
      await waves.remove(path);
      const heard = after === undefined ? samples.some((sample) => sample !== 0) : after !== before;
      return { samples, heard, began: beginning(asked, started, ending, ended, (samples.length * 1000) / RATE) };
    },
  };
}

/**
 * The moment of the first sample. FreeSWITCH begins and ends with the next frame, so it lies within one of `started`, and, by
 * the length of what was recorded, within one of where `ended` puts it: in the middle of what both leave. ms.
 */
export function beginning(asked: number, started: number, ending: number, ended: number, length: number): number {
  const from = Math.max(asked, ending - length);
  const to = Math.min(started + FRAME_MS, ended + FRAME_MS - length);
  // What does not agree was not recorded without a break, or ended by itself.
  return from <= to ? (from + to) / 2 : (asked + started + FRAME_MS) / 2;
}

/** RTP packets that the channel has received; undefined where FreeSWITCH does not say. */
export async function packetsOf(channel: Channel): Promise<number | undefined> {
  const request = JSON.stringify({ command: 'mediaStats', data: { uuid: channel.uuid } });
  const answer: unknown = await channel
    .command(`json ${request}`)
    .then((text): unknown => JSON.parse(text))
    .catch(() => undefined);
  const count = at(at(at(answer, 'response'), 'audio'), 'in_packet_count');
  return typeof count === 'number' ? count : undefined;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
