/** Keys as events and as INFO, under everything that a network and a telephone do to them: each key is one digit. */
import type { DigitOptions } from '../../drivers/rtp-probe/types.ts';
import { scenario } from '../../harness/scenario.ts';
import { impaired, type Kind, lengths, matrixScenario, type Row } from '../support/key-matrix.ts';
import type { WireMessage } from '../support/wire.ts';
import type { WireIvr } from '../support/wire-ivr.ts';

const events =
  (options: DigitOptions = {}): Row['press'] =>
  ({ media }, keys) =>
    media.sendDigits(keys, { durationMs: 100, pauseMs: 60, ...options });

/** Two keys of each length, which are the same. */
const ofEachLength =
  (options: DigitOptions = {}): Row['press'] =>
  async ({ media }, keys) => {
    for (const [i, durationMs] of lengths.entries()) {
      await media.sendDigits(keys.slice(2 * i, 2 * i + 2), { durationMs, pauseMs: 40, ...options });
    }
  };

/** Keys of 40 to 200 ms with each of these departures, the same key twice in a row among them. */
const eventRows = [
  { name: 'whole', title: 'with all its packets', options: {} },
  { name: 'no-end', title: 'without end packets', options: { endPackets: 0 } },
  { name: 'no-marker', title: 'without a marker', options: { marker: false } },
  { name: 'no-marker-no-end', title: 'without marker and end packets', options: { marker: false, endPackets: 0 } },
  { name: 'copies', title: 'each packet of which comes three times', options: { copies: 3 } },
] as const;

const rfc4733: Kind = {
  kind: 'rfc4733',
  capability: 'ivr',
  slug: 'dtmf-rfc4733-conditions',
  end: ({ media }) => media.sendDigits('#'),
  rows: [
    ...eventRows.map(
      ({ name, title, options }): Row => ({
        name,
        title: `An event of 40 to 200 ms ${title}`,
        keys: '1122334455',
        press: ofEachLength(options),
      }),
    ),
    ...(
      [
        ['out-of-order', 'Events every second packet of which overtakes the next', 2, ['late'], 0],
        ['all-doubled', 'Events all of whose packets are doubled', 1, ['doubled'], 0],
        // An event of 40 ms without end packets is one packet, which must not be lost.
        ['every-fourth-lost', 'Events every fourth packet of which is lost', 4, ['lost'], 1],
        ['all-harms', 'Events whose packets are late, lost and doubled in turn', 2, ['late', 'lost', 'doubled'], 1],
      ] as const
    ).flatMap(([name, title, every, how, endPackets]) => [
      { name, title, keys: '90077', press: impaired(every, how, events({ pauseMs: 20 })) },
      {
        name: `${name}-lengths`,
        title: `${title}, of 40 to 200 ms`,
        keys: '1122334455',
        press: impaired(every, how, ofEachLength()),
      },
      {
        name: `${name}-no-marker`,
        title: `${title}, of 40 to 200 ms without a marker and with ${endPackets === 0 ? 'no' : 'one'} end packet`,
        keys: '1122334455',
        press: impaired(every, how, ofEachLength({ marker: false, endPackets })),
      },
    ]),
    {
      name: 'next-before-the-end',
      title: 'Events without end packets that follow each other without a pause',
      keys: '7447',
      press: events({ durationMs: 60, pauseMs: 20, endPackets: 0, marker: false }),
    },
  ],
};

const info = (signal: string, type = 'application/dtmf-relay') => ({
  body: { type, text: type === 'application/dtmf' ? signal : `Signal=${signal}\r\n` },
});
const relay = (signal: string, durationMs: number) => ({
  body: { type: 'application/dtmf-relay', text: `Signal=${signal}\r\nDuration=${durationMs}\r\n` },
});
/** The INFO is on its way again before anybody could have seen its answer. */
async function sentAgain({ wire, caller }: WireIvr, request: string, times: number): Promise<void> {
  const cseq = /^CSeq: (\d+ INFO)/m.exec(request)?.[1] ?? '';
  const from = wire.received().length;
  for (let i = 0; i < times; i++) await wire.send(request);
  const answered = (m: WireMessage): boolean =>
    m.status === 200 && m.header('CSeq') === cseq && m.header('Call-ID', 'i') === caller.callId;
  await wire.waitFor('answer to INFO', answered, { from });
}

const sipInfo: Kind = {
  kind: 'info',
  capability: 'sip-info-dtmf',
  slug: 'dtmf-info-conditions',
  end: ({ caller }) => caller.ask('INFO', info('#')),
  rows: [
    {
      name: 'lengths',
      title: 'INFO with a Duration of 40 to 200 ms, the same key twice in a row',
      keys: '1122334455',
      press: async ({ caller }, keys) => {
        for (const [i, key] of [...keys].entries()) {
          await caller.ask('INFO', relay(key, lengths[Math.floor(i / 2)] ?? 100));
        }
      },
    },
    {
      name: 'forms',
      title: 'INFO with the key alone, with blanks, and as the number of its event',
      keys: '50*D',
      press: async ({ caller }) => {
        await caller.ask('INFO', info('5', 'application/dtmf'));
        await caller.ask('INFO', info(' 0'));
        await caller.ask('INFO', info('10'));
        await caller.ask('INFO', info('d'));
      },
    },
    {
      name: 'copies',
      title: 'INFO that is sent three times at once',
      keys: '4463',
      press: async (call, keys) => {
        for (const key of keys) await sentAgain(call, call.caller.request('INFO', relay(key, 100)), 3);
      },
    },
    {
      name: 'out-of-order',
      title: 'INFO that a later one has overtaken, which gets 500 as any request with a lower CSeq',
      keys: '86',
      press: async ({ caller }) => {
        const overtaken = await caller.ask('INFO', relay('8', 100));
        const cseq = Number.parseInt(overtaken.header('CSeq') ?? '0', 10);
        await caller.ask('INFO', { ...relay('6', 100), cseq: cseq + 5 });
        const late = await caller.ask('INFO', { ...relay('9', 100), cseq: cseq + 2 });
        if (late.status !== 500) throw new Error(`INFO with a lower CSeq got ${late.status}`);
        // Those that follow go on from the highest.
        await caller.ask('INFO', { body: { type: 'application/dtmf-relay', text: '' }, cseq: cseq + 6 });
      },
    },
  ],
};

for (const kind of [rfc4733, sipInfo]) {
  for (const row of kind.rows) scenario(...matrixScenario(kind, row));
}
