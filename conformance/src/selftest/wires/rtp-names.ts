/** Addresses of media that are named in JSON: the application's devices handle RTP themselves (httpcall, Cloud UA). */
import type { RtpRelay } from './rtp-relay.ts';

const port = /"(receivePort|\w*rtpPort)"(\s*:\s*"?)(\d+)/gi;
const host = '127.0.0.1';

/** What the suite names is its own device: the target hands the address on, and nothing may stand for it. */
export function heard(text: string, relay: RtpRelay): void {
  for (const [, , , number] of text.matchAll(port)) relay.direct({ host, port: Number(number) });
}

/** What the target names is what stands for an address of the suite; the suite knows only the address itself. */
export function shown(text: string, relay: RtpRelay): string {
  return text.replace(port, (all, name: string, between: string, number: string) => {
    const own = relay.behind('toTarget', { host, port: Number(number) });
    return own === undefined ? all : `"${name}"${between}${own.port}`;
  });
}
