/** Where the audio of an MP3 file begins. A decoder looks for frames in anything, and finds some in noise. */
import { isTag } from './mp3-tags.ts';

/** kbit/s by the index in the header (ISO/IEC 11172-3 section 2.4.2.3, 13818-3 section 2.4.2.3); layer III. */
const BITRATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const BITRATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const RATES = [44_100, 48_000, 32_000];
/** So much may lie before the first frame, tags not counted. */
const SEARCH = 65_536;
/** So many frames must follow each other, unless the audio ends with one. */
const CHAIN = 4;

/** The place of the first frame; undefined for what is no MP3. */
export function mp3Start(bytes: Uint8Array): number | undefined {
  const from = behindTags(bytes);
  const last = Math.min(bytes.length - 4, from + SEARCH);
  for (let at = from; at <= last; at++) if (bytes[at] === 0xff && isChain(bytes, at)) return at;
  return undefined;
}

/** ID3v2: ten bytes, the last four of them the length in seven bits each. */
function behindTags(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === 0x49 && bytes[at + 1] === 0x44 && bytes[at + 2] === 0x33) {
    let size = 0;
    for (let i = 6; i < 10; i++) size = size * 128 + ((bytes[at + i] ?? 0) & 127);
    at += 10 + size;
  }
  return at;
}

function isChain(bytes: Uint8Array, start: number): boolean {
  const sort = sortOf(bytes, start);
  let at = start;
  for (let count = 0; count < CHAIN; count++) {
    // Behind the last frame of a short file.
    if (count > 1 && isTag(bytes, at)) return true;
    const length = frameLength(bytes, at);
    if (length === undefined || sortOf(bytes, at) !== sort) return false;
    at += length;
    // The file ends with this frame, whole or cut.
    if (at >= bytes.length) return count > 0;
  }
  return true;
}

/** Version, layer and sample rate: the same in all frames of a file. */
const sortOf = (bytes: Uint8Array, at: number): number =>
  (((bytes[at + 1] ?? 0) & 0x1e) << 2) | (((bytes[at + 2] ?? 0) & 0x0c) >> 2);

/** Bytes of the layer III frame whose header is there; undefined where there is none. */
function frameLength(bytes: Uint8Array, at: number): number | undefined {
  const [first = 0, second = 0, third = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  const version = (second >> 3) & 3;
  if (first !== 0xff || second >> 5 !== 7 || version === 1 || ((second >> 1) & 3) !== 1) return undefined;
  const rate = (RATES[(third >> 2) & 3] ?? 0) / (version === 3 ? 1 : version === 2 ? 2 : 4);
  const kilobits = (version === 3 ? BITRATES_1 : BITRATES_2)[third >> 4] ?? 0;
  if (rate === 0 || kilobits === 0) return undefined;
  return Math.floor(((version === 3 ? 144 : 72) * kilobits * 1000) / rate) + ((third >> 1) & 1);
}
