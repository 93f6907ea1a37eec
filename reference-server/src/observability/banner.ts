/** What a person who starts the server reads first: where it listens, and how to call it. */
interface BannerFacts {
  readonly version: string;
  readonly http: string;
  readonly sip: readonly string[];
  /** `embedded engine` or the real servers. */
  readonly drachtio: string;
  readonly media: string;
  readonly domains: readonly { readonly name: string; readonly callbacks: string }[];
  readonly data: string;
  /** Domains whose secret was made at this start. */
  readonly created: readonly { readonly name: string; readonly secret: string }[];
  readonly secretsFile: string;
  readonly seconds: number;
}

export function banner(facts: BannerFacts): string {
  const rows: [string, string][] = [
    ['REST API', facts.http],
    ['SIP', facts.sip.join('  ')],
    ['drachtio', facts.drachtio],
    ['RTP', facts.media],
    ['data', facts.data],
    ...facts.domains.map(({ name, callbacks }): [string, string] => ['domain', `${name}  →  ${callbacks}`]),
  ];
  const lines = [
    `Mediaservice reference server ${facts.version}, ready after ${facts.seconds.toFixed(1)} s`,
    ...rows.map(([label, text]) => `  ${label.padEnd(9)} ${text}`),
  ];
  if (facts.created.length > 0) {
    lines.push(`New secrets, shown this once and kept in ${facts.secretsFile}:`);
    lines.push(...facts.created.map(({ name, secret }) => `  ${name}  ${secret}`));
    lines.push('A bearer token: mediaservice-reference-server token, with the same settings.');
  }
  return `${lines.join('\n')}\n`;
}
