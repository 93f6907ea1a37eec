import type { Io } from '@mediaservice/conformance/kit';

/** An Io without colours, and what was said to it. */
export function heardIo(): { readonly io: Io; readonly said: { readonly out: string; readonly err: string } } {
  const said = { out: '', err: '' };
  const io: Io = {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    width: () => undefined,
    paint: (_tone, text) => text,
    env: {},
    now: () => 0,
    onInterrupt: () => () => undefined,
    exit: () => undefined,
  };
  return { io, said };
}
