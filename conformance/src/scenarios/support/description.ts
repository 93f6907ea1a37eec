/** Session descriptions of the target, as far as scenarios look at them (RFC 4566). */

export interface MediaSection {
  readonly kind: string;
  readonly port: number;
  readonly formats: readonly number[];
  /** Attribute lines without `a=`. */
  readonly attributes: readonly string[];
  /** Address of its own or of the session. */
  readonly address: string | undefined;
}

/** Sections in their order; empty for what is no description. */
export function mediaSections(sdp: string): MediaSection[] {
  const [session = '', ...parts] = sdp.split(/^(?=m=)/m);
  const addressIn = (text: string): string | undefined => /^c=IN IP[46] ([^\s/]+)/m.exec(text)?.[1];
  return parts.map((part) => {
    const [, kind = '', port = '0', formats = ''] = /^m=(\S+) (\d+)\S* \S+ ?([^\r\n]*)/.exec(part) ?? [];
    return {
      kind,
      port: Number(port),
      formats: formats.split(' ').map(Number),
      attributes: [...part.matchAll(/^a=([^\r\n]*)/gm)].map(([, value = '']) => value),
      address: addressIn(part) ?? addressIn(session),
    };
  });
}

export const audioSection = (sdp: string): MediaSection | undefined =>
  mediaSections(sdp).find(({ kind }) => kind === 'audio');

/** What must stand in every description, in its order: v, o, s, t and the media (RFC 4566 section 5). */
export const wellFormed = (sdp: string): boolean =>
  /^v=0\r?\no=\S+ \d+ \d+ IN IP[46] \S+\r?\ns=[^\r\n]+\r?\n(?:[iuepcb]=[^\r\n]*\r?\n)*t=\d+ \d+\r?\n/.test(sdp) &&
  mediaSections(sdp).every(({ address }) => address !== undefined);

/** Session id and version of `o=`. */
export const originOf = (sdp: string): { readonly id: string; readonly version: bigint } => {
  const [, id = '', version = '0'] = /^o=\S+ (\d+) (\d+) /m.exec(sdp) ?? [];
  return { id, version: BigInt(version) };
};
