import type { Socket } from 'node:net';

/** More than any message: what is longer is handed on as it is, whole or not. */
const longest = 65_536;

/** Cuts a stream into messages (RFC 3261 18.3). Empty lines between them, and what is left at the end, are pieces too. */
export function frames(socket: Socket, take: (bytes: Buffer) => void): void {
  let pending = Buffer.alloc(0);
  const piece = (length: number): void => {
    take(pending.subarray(0, length));
    pending = pending.subarray(length);
  };
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length > 0) {
      const length = lengthOf(pending);
      if (length === undefined) return;
      piece(length);
    }
  });
  socket.on('end', () => {
    if (pending.length > 0) piece(pending.length);
  });
}

/** Length of the first piece; undefined while it is not whole. */
function lengthOf(bytes: Buffer): number | undefined {
  if (bytes[0] === 13 || bytes[0] === 10) {
    const other = bytes.findIndex((byte) => byte !== 13 && byte !== 10);
    return other < 0 ? bytes.length : other;
  }
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return bytes.length > longest ? bytes.length : undefined;
  const said = /^(?:content-length|l)[ \t]*:[ \t]*(\d+)/im.exec(bytes.subarray(0, head).toString('latin1'));
  const end = head + 4 + Number(said?.[1] ?? 0);
  if (bytes.length >= end) return end;
  return bytes.length > longest ? bytes.length : undefined;
}
