/** Capture files in the form pcapng (draft-ietf-opsawg-pcapng), which Wireshark opens. Pure. */

/** A frame as it would have been on an Ethernet. */
export interface Frame {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

const ethernet = 1;
const nothing = Buffer.alloc(0);
const option = { end: 0, comment: 1, application: 4, name: 2 } as const;

/** A whole file; `comment` is told to whoever opens it. */
export function pcapng(
  frames: readonly Frame[],
  about: { readonly comment: string; readonly application: string },
): Buffer {
  const section = Buffer.alloc(16);
  section.writeUInt32LE(0x1a2b3c4d, 0);
  section.writeUInt16LE(1, 4);
  section.writeBigInt64LE(-1n, 8);
  const device = Buffer.alloc(8);
  device.writeUInt16LE(ethernet, 0);
  return Buffer.concat([
    block(0x0a0d0d0a, section, [text(option.comment, about.comment), text(option.application, about.application)]),
    block(1, device, [text(option.name, 'conformance suite')]),
    ...frames.map(packet),
  ]);
}

function packet({ at, bytes }: Frame): Buffer {
  const head = Buffer.alloc(20);
  const micros = BigInt(Math.round(at * 1000));
  head.writeUInt32LE(Number(micros >> 32n), 4);
  head.writeUInt32LE(Number(micros & 0xffffffffn), 8);
  head.writeUInt32LE(bytes.byteLength, 12);
  head.writeUInt32LE(bytes.byteLength, 16);
  return block(6, Buffer.concat([head, padded(bytes)]), []);
}

function block(type: number, body: Buffer, options: readonly Buffer[]): Buffer {
  const end = options.length === 0 ? nothing : Buffer.alloc(4);
  const length = 12 + body.length + end.length + options.reduce((sum, one) => sum + one.length, 0);
  const [head, tail] = [Buffer.alloc(8), Buffer.alloc(4)];
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(length, 4);
  tail.writeUInt32LE(length, 0);
  return Buffer.concat([head, body, ...options, end, tail]);
}

function text(code: number, value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(bytes.length, 2);
  return Buffer.concat([head, padded(bytes)]);
}

const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.byteLength % 4)) % 4)]);
