import { mutant, rtp, sip } from '../dsl/index.ts';
import type { Mutant } from '../types.ts';

export const b2bua: readonly Mutant[] = [
  mutant(
    'b2bua/no-prack',
    'A reliable provisional response gets no PRACK',
    'b2bua-prack-sent',
    sip.request('PRACK').lose(),
  ),
  mutant(
    'b2bua/other-fork-kept',
    'The 200 of another early dialog gets no BYE',
    'b2bua-later-answer',
    sip.request('BYE').lose(),
  ),
  mutant('b2bua/forks-unheard', 'The early dialog that answers is not heard', 'b2bua-early-dialogs', rtp.silence()),
  mutant(
    'b2bua/held-for-ever',
    'A party that was held stays held',
    'b2bua-held-resumed',
    sip.request('INVITE').inDialog().lose(),
  ),
  mutant(
    'b2bua/no-retry-after-glare',
    'A re-INVITE that got 491 is not tried again',
    'b2bua-glare-retry',
    sip
      .request('INVITE')
      .inDialog()
      .edit((message, _passage, memory) => {
        const cseq = message.get('CSeq') ?? '';
        const first = (memory.get(message.callId) as string | undefined) ?? cseq;
        memory.set(message.callId, first);
        return cseq === first ? undefined : { lost: true };
      }),
  ),
  mutant('b2bua/keys-lost', 'A key does not reach the other party', 'b2bua-event-type-per-leg', rtp.events.lose()),
  mutant(
    'b2bua/video-taken',
    'Video is taken',
    'b2bua-other-media',
    sip
      .any()
      .withSdp()
      .sdp((line) => line.replace(/^m=(video|image) 0 /, 'm=$1 4000 ')),
  ),
  mutant('b2bua/nat-unheard', 'A party behind a NAT gets no RTP', 'b2bua-signalling-host', rtp.silence()),
  mutant(
    'b2bua/other-sdp-in-200',
    'The 200 has other SDP than the 183',
    'b2bua-description-kept',
    sip
      .response('INVITE', 200)
      .withSdp()
      .sdp((line) => (line.startsWith('a=ptime') ? undefined : line.replace(/^o=(\S+) (\d+) (\d+) /, 'o=$1 $2 99 '))),
  ),
];
