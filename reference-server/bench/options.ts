/** The command line of `make bench`. */
import { parseArgs } from 'node:util';

export const usage = `bench: what a call costs here and in rtpengine, on the same traffic, in turns

Usage: make bench [SETTING=…]        or: node reference-server/bench/main.ts [--option …]

  CALLS=50,200,800  --calls        bridged calls; a row of the table each
  SECONDS=3         --seconds      measured time of one turn; in the SIP and the IVR part, new calls for twice as long
  ROUNDS=5          --rounds       turns of each peer, one after the other, besides one for practice; 3 suffice for media, SIP and IVR
  ONLY=relay        --only         parts, of relay, media, sip and ivr
  PEERS=ts,plain    --peers        who relays, of ts, addon, rtpengine, plain and direct (no relay at all)
  MEDIA_CALLS=200   --media-calls  calls that are played to, transcoded, recorded and mixed
  RATES=500,1000    --rates        calls a second of the SIP path, of 1 s each
  IVR_RATES=300     --ivr-rates    calls a second to the IVR, every callback answered
  IVR_CALLS=2000    --ivr-calls    idle calls whose memory is measured against that of 100
  WORKERS=1         --workers      media threads of ours
  DRACHTIO=path     --drachtio     a drachtio-server to hold the SIP engine against; looked for on the PATH without
  REPORT=folder     --report       where report.json and report.html go (reports/bench)

A short run that only shows that everything works: make bench SECONDS=1 ROUNDS=1 CALLS=5 MEDIA_CALLS=5 RATES=50
`;

export const PARTS = ['relay', 'media', 'sip', 'ivr'] as const;
export type Part = (typeof PARTS)[number];
export const PEERS = ['ts', 'addon', 'rtpengine', 'plain', 'direct'] as const;
export type PeerName = (typeof PEERS)[number];

export interface Options {
  readonly calls: readonly number[];
  readonly seconds: number;
  readonly rounds: number;
  readonly only: readonly Part[];
  readonly peers: readonly PeerName[];
  readonly mediaCalls: number;
  readonly rates: readonly number[];
  readonly ivrRates: readonly number[];
  readonly ivrCalls: number;
  readonly workers: number;
  readonly drachtio: string;
  readonly report: string;
}

/** What is wrong with the command line, in one sentence. */
export class UsageError extends Error {}

/** Undefined when help is asked for. An empty value is one that was not given, as make passes it. @throws {UsageError} */
export function readOptions(args: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  return {
    calls: list(values.calls || '50,200,800').map((text) => count('--calls', text, 2000)),
    seconds: count('--seconds', values.seconds || '3', 600),
    rounds: count('--rounds', values.rounds || '5', 100),
    only: names('--only', values.only || PARTS.join(), PARTS),
    peers: names('--peers', values.peers || PEERS.join(), PEERS),
    mediaCalls: count('--media-calls', values['media-calls'] || '200', 1300),
    rates: list(values.rates || '500,1000').map((text) => count('--rates', text, 10_000)),
    ivrRates: list(values['ivr-rates'] || '300').map((text) => count('--ivr-rates', text, 10_000)),
    ivrCalls: count('--ivr-calls', values['ivr-calls'] || '2000', 4500, 200),
    workers: count('--workers', values.workers || '1', 64),
    drachtio: values.drachtio || 'drachtio',
    report: values.report || 'reports/bench',
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...{ calls: text, seconds: text, rounds: text, only: text, peers: text, 'media-calls': text, rates: text },
        ...{ 'ivr-rates': text, 'ivr-calls': text, workers: text, drachtio: text, report: text },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function list(text: string): string[] {
  return text.split(',').map((each) => each.trim());
}

function count(option: string, text: string, most: number, least = 1): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new UsageError(`${option} takes whole numbers from ${least} to ${most}, not "${text}"`);
  }
  return value;
}

function names<Name extends string>(option: string, text: string, known: readonly Name[]): Name[] {
  return list(text).map((each) => {
    const found = known.find((name) => name === each);
    if (found === undefined) throw new UsageError(`${option} takes ${known.join(', ')}, not "${each}"`);
    return found;
  });
}
