import type { CapturedDatagram } from '../../drivers/rtp-probe/capture.ts';

const keys = '0123456789*#ABCD';
/** A key is pressed in packets of 4 bytes behind the header (RFC 4733 2.3); nothing else of ours is that short. */
const eventBytes = 4;

/** Takes keys that make up a secret number out of the telephone events of a stream: each becomes 0. Pure. */
export function withoutDigits(
  datagrams: readonly CapturedDatagram[],
  secrets: readonly string[],
): readonly CapturedDatagram[] {
  const numbers = secrets.filter((secret) => /^[\d*#A-D]+$/.test(secret));
  if (numbers.length === 0) return datagrams;
  const hidden = new Set(
    [true, false].flatMap((sent) =>
      secretEvents(
        datagrams.filter((one) => one.sent === sent),
        numbers,
      ),
    ),
  );
  return datagrams.map((one) => {
    const event = eventOf(one);
    if (event === undefined || !hidden.has(event.key)) return one;
    const bytes = Uint8Array.from(one.bytes);
    bytes[event.at] = 0;
    return { ...one, bytes };
  });
}

function secretEvents(datagrams: readonly CapturedDatagram[], numbers: readonly string[]): string[] {
  const events = new Map<string, string>();
  for (const one of datagrams) {
    const event = eventOf(one);
    if (event !== undefined) events.set(event.key, keys[event.code] ?? ' ');
  }
  const pressed = [...events.values()].join('');
  const names = [...events.keys()];
  return numbers.flatMap((number) => {
    const found: string[] = [];
    for (let at = pressed.indexOf(number); at >= 0; at = pressed.indexOf(number, at + 1))
      found.push(...names.slice(at, at + number.length));
    return found;
  });
}

/** One event is one timestamp of one source. */
function eventOf({
  bytes,
  sent,
}: CapturedDatagram): { readonly key: string; readonly code: number; readonly at: number } | undefined {
  if (bytes.byteLength < 12 + eventBytes || (bytes[0] ?? 0) >> 6 !== 2) return undefined;
  const at = 12 + 4 * ((bytes[0] ?? 0) & 0x0f);
  const dynamic = ((bytes[1] ?? 0) & 0x7f) >= 96;
  if (!dynamic || bytes.byteLength !== at + eventBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { key: `${sent}/${view.getUint32(8)}/${view.getUint32(4)}`, code: bytes[at] ?? 0, at };
}
