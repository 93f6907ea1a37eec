/**
 * A µ-law WAV all of whose bytes are below 128, so that it can be compared as text without loss. The text is its audio,
 * up to 80 letters of it.
 */
export function asciiWave(text: string): Uint8Array {
  if (!/^[ -~]{1,80}$/.test(text)) throw new RangeError('an ASCII wave is made of 1 to 80 printable ASCII letters');
  const data = Buffer.from(text.padEnd(80, '.'), 'latin1');
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(7, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}
