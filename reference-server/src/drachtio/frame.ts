/** The bytes are no frame of drachtio's protocol: the connection cannot be read any further. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

interface FrameReaderLimits {
  /** Largest frame in bytes. */
  frame: number;
}

const hash = 0x23;
const longestLength = 8;
const nothing = Buffer.alloc(0);

/** Cuts a stream into frames: a decimal length in bytes, `#`, and that many bytes of UTF-8. */
export class FrameReader {
  private readonly limits: FrameReaderLimits;
  private chunks: Uint8Array[] = [];
  private size = 0;
  /** Bytes that must be there before it is worth looking again. */
  private wanted = 1;

  constructor(limits: FrameReaderLimits = { frame: 4 * 1024 * 1024 }) {
    this.limits = limits;
  }

  /** Frames that `bytes` completes. Throws a `FrameError`. */
  push(bytes: Uint8Array): Buffer[] {
    this.chunks.push(bytes);
    this.size += bytes.byteLength;
    if (this.size < this.wanted) return [];
    const [only] = this.chunks;
    const all = this.chunks.length === 1 && only !== undefined ? view(only) : Buffer.concat(this.chunks, this.size);
    const frames: Buffer[] = [];
    let at = 0;
    this.wanted = 1;
    while (at < all.byteLength) {
      const end = all.subarray(at, at + longestLength + 1).indexOf(hash);
      const digits = all.toString('latin1', at, end < 0 ? Math.min(all.byteLength, at + longestLength) : at + end);
      if (!/^\d*$/.test(digits) || end === 0 || (end < 0 && all.byteLength - at > longestLength)) {
        throw new FrameError('A frame does not begin with its length.');
      }
      if (end < 0) break;
      const length = Number(digits);
      if (length > this.limits.frame) throw new FrameError(`A frame of ${length} bytes is too large.`);
      const start = at + end + 1;
      if (all.byteLength - start < length) {
        this.wanted = start - at + length;
        break;
      }
      frames.push(all.subarray(start, start + length));
      at = start + length;
    }
    const rest = at < all.byteLength ? all.subarray(at) : nothing;
    this.chunks = rest.byteLength === 0 ? [] : [rest];
    this.size = rest.byteLength;
    return frames;
  }
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A frame of a head line and, when there is one, the message below it. */
export function encodeFrame(head: string, message?: Uint8Array): Buffer {
  const headBytes = Buffer.byteLength(head, 'utf8');
  const length = headBytes + (message === undefined ? 0 : 2 + message.byteLength);
  const prefix = `${length}#`;
  const frame = Buffer.allocUnsafe(prefix.length + length);
  let at = frame.write(prefix, 0, 'latin1');
  at += frame.write(head, at, 'utf8');
  if (message !== undefined) {
    at += frame.write('\r\n', at, 'latin1');
    frame.set(message, at);
  }
  return frame;
}
