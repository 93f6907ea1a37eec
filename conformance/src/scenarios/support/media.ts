import type { Codec, RtpProbe } from '../../drivers/rtp-probe/types.ts';
import { codecOf } from '../../drivers/rtp-probe/voice.ts';
import type { TestContext } from '../../harness/types.ts';
import { audioSection } from './description.ts';
import type { WireMessage } from './wire.ts';

let opened = 0;

/** Opens RTP ends for calls that a scenario tells on the wire, and closes them, whatever happens. */
export async function withMedia<T>(
  ctx: TestContext,
  use: (first: RtpProbe, second: RtpProbe) => Promise<T>,
  codec: Codec = 'PCMU',
): Promise<T> {
  const open = async (): Promise<RtpProbe> => {
    opened += 1;
    return ctx.harness.probes.open({ name: `media${opened}`, host: ctx.target.suite.host, codec });
  };
  const [first, second] = [await open(), await open()];
  try {
    return await use(first, second);
  } finally {
    await first.close();
    await second.close();
  }
}

/**
 * Speaks from now on what an answer of the target agreed to, its first codec: a server need not understand another one (RFC 3264
 * section 6.1). A refusal changes nothing.
 */
export async function speakAgreed(media: RtpProbe, answer: WireMessage): Promise<void> {
  const [agreed] = (audioSection(answer.body)?.formats ?? []).flatMap((format) => codecOf(format) ?? []);
  if (agreed !== undefined) await media.speak(agreed);
}

/** Sends silence to where a description of the target says, as a telephone does whose user says nothing. */
export function talk(media: RtpProbe, described: WireMessage): void {
  const host = /^c=IN IP4 (\S+)/m.exec(described.body)?.[1];
  const port = Number(/^m=audio (\d+) /m.exec(described.body)?.[1] ?? 0);
  if (host === undefined || port === 0) throw new Error(`There is no audio address in: ${described.body}`);
  media.sendTo(host, port);
  media.keepSending(true);
}
