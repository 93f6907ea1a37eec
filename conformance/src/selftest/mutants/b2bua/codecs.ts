/** Each leg has a codec and a packet time of its own, and may change them. */
import { mutant, rtp, sip } from '../../dsl/index.ts';
import type { Mutant, RtpRewrite } from '../../types.ts';

/** Nothing is heard of what a leg says in PCMA. */
const deafToPcma = (leg: 'caller' | 'callee'): RtpRewrite =>
  rtp.toTarget.leg(leg).audio.edit(({ payloadType }) => (payloadType === 8 ? { lost: true } : undefined));

export const codecs: readonly Mutant[] = [
  mutant(
    'b2bua/codec-unchanged',
    'A party that has changed its codec goes on getting the old one',
    'b2bua-codec-per-leg',
    rtp.leg('caller').audio.set({ payloadType: 0 }),
    { scenarios: ['b2bua/codec-change-caller'] },
  ),
  mutant(
    'b2bua/codec-change-passed-on',
    'A party that changes its codec changes that of the other one',
    'b2bua-codec-per-leg',
    [
      sip
        .request('INVITE')
        .toTarget.leg('callee')
        .edit((_message, _passage, memory) => {
          memory.set('changed', true);
          return undefined;
        }),
      rtp.leg('caller').audio.edit((packet, memory) => {
        if (!memory.has('changed')) return undefined;
        packet.payloadType = 8;
        return {};
      }),
    ],
    { scenarios: ['b2bua/codec-change-callee'] },
  ),
  ...(['caller', 'callee'] as const).map((leg) =>
    mutant(
      `b2bua/new-codec-of-the-${leg}-unheard`,
      `A ${leg} who has changed its codec and sends what it agreed to is not heard`,
      'b2bua-codec-per-leg',
      deafToPcma(leg),
      { scenarios: [`b2bua/codec-change-${leg}`] },
    ),
  ),
  mutant(
    'b2bua/codec-of-one-leg-unheard',
    'A caller of PCMA is not heard by a callee of PCMU',
    'b2bua-codec-per-leg',
    deafToPcma('caller'),
    { scenarios: ['b2bua/ptime-per-leg'] },
  ),
  mutant(
    'b2bua/codec-of-the-ack-unheard',
    'A caller whose ACK chose PCMA from the offer in the 200 is not heard in it',
    'b2bua-late-offer',
    deafToPcma('caller'),
    { scenarios: ['b2bua/late-offer'] },
  ),
  mutant(
    'b2bua/codec-of-the-early-update-unheard',
    'A callee who changed to PCMA before its answer is not heard in it',
    'b2bua-prack-sent',
    deafToPcma('callee'),
    { scenarios: ['b2bua/reliable-on-both-legs'] },
  ),
  mutant(
    'b2bua/ptime-of-the-caller-unheeded',
    'A caller gets packets as long as those of the callee',
    'b2bua-ptime-per-leg',
    sip.request('INVITE').toTarget.sdp((line) => (line.startsWith('a=ptime') ? undefined : line)),
    { scenarios: ['b2bua/ptime-40-20'] },
  ),
  mutant(
    'b2bua/ptime-of-the-callee-unheeded',
    'A callee gets packets as long as those of the caller',
    'b2bua-ptime-per-leg',
    sip.response('INVITE', 200).toTarget.sdp((line) => (line.startsWith('a=ptime') ? undefined : line)),
    { scenarios: ['b2bua/ptime-20-40'] },
  ),
  mutant(
    'b2bua/ptime-timestamps-of-the-other',
    'Packets of 40 ms have the timestamps of packets of 20 ms',
    'b2bua-ptime-stream',
    rtp.leg('caller').audio.changing((packet) => {
      packet.timestamp = (packet.timestamp - 160 * packet.index) >>> 0;
    }),
    { scenarios: ['b2bua/ptime-40-20'] },
  ),
  mutant(
    'b2bua/ptime-numbers-of-the-other',
    'Packets of 40 ms have every second number',
    'b2bua-ptime-stream',
    rtp.leg('callee').audio.changing((packet) => {
      packet.sequence = (packet.sequence + packet.index) & 0xffff;
    }),
    { scenarios: ['b2bua/ptime-20-40'] },
  ),
];
