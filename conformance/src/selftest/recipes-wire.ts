/** Ways to break a target on SIP and RTP that no source of a row names. */
import { rtp, sip } from './dsl/index.ts';
import type { Recipe } from './recipe.ts';
import type { Rewrite } from './types.ts';

const one = (key: string, title: string, rewrite: Rewrite): Recipe => ({ key, title, rewrites: [rewrite], own: false });

const withoutTag = (value: string | undefined): string | undefined => value?.replace(/;\s*tag=[^;]*/i, '');

const unsaid = [
  'Contact',
  'Record-Route',
  'Route',
  'Allow',
  'Supported',
  'Require',
  'RSeq',
  'RAck',
  'Session-Expires',
  'Min-SE',
  'Unsupported',
  'Accept',
  'Privacy',
  'P-Asserted-Identity',
  'Remote-Party-ID',
  'Diversion',
  'X-Trace-Id',
  'Authorization',
  'Proxy-Authorization',
  'Content-Type',
  'Warning',
  'Retry-After',
];

export const sipRecipes: readonly Recipe[] = [
  one('refusal 500', 'Calls are refused with another status', sip.response('INVITE', 400, 699).status(500)),
  one(
    'answer 500',
    'Requests are answered with an error',
    sip
      .any()
      .when((m) => m.status >= 200 && m.status < 300 && m.method !== 'INVITE')
      .status(500),
  ),
  one(
    'refusal 200',
    'Requests that ought to be refused get 200',
    sip
      .any()
      .when((m) => m.status >= 400 && m.method !== 'INVITE')
      .status(200, 'OK'),
  ),
  one('no bye', 'BYE is not sent', sip.request('BYE').lose()),
  one('bye late', 'BYE is sent two seconds late', sip.request('BYE').late(2000)),
  one('no cancel', 'CANCEL is not sent', sip.request('CANCEL').lose()),
  one('no ack', 'ACK is not sent', sip.request('ACK').lose()),
  one('no prack', 'PRACK is not sent', sip.request('PRACK').lose()),
  one('no reinvite', 'No re-INVITE is sent', sip.request('INVITE').inDialog().answer(488)),
  one('reinvite lost', 'A re-INVITE of the far end gets no answer', sip.response('INVITE').inDialog().lose()),
  one('reinvite refused', 'A re-INVITE of the far end is refused', sip.response('INVITE', 200).inDialog().status(488)),
  one('update refused', 'UPDATE is refused', sip.response('UPDATE', 200).status(488)),
  one('no invite', 'The called party is not called', sip.request('INVITE').initial().leg('callee').answer(500)),
  one('no trying', 'No 100 is sent', sip.response('INVITE', 100).lose()),
  one('no ringing', 'No provisional response is sent', sip.response('INVITE', 101, 199).lose()),
  one('183 as 180', 'Early media are not told', sip.response('INVITE', 183).status(180, 'Ringing')),
  one('ringing without sdp', 'Provisional responses have no SDP', sip.response('INVITE', 101, 199).withSdp().noBody()),
  one('answer without sdp', 'The 200 to INVITE has no SDP', sip.response('INVITE', 200).withSdp().noBody()),
  one('invite without sdp', 'INVITE has no SDP', sip.request('INVITE').withSdp().noBody()),
  one(
    'no to tag',
    'Responses have no To tag',
    sip
      .any()
      .when((m) => m.status > 100)
      .set('To', withoutTag),
  ),
  one(
    'other call-id',
    'Call-ID is another',
    sip
      .any()
      .when((m) => m.status > 100)
      .set('Call-ID', (was) => `${was}x`),
  ),
  one(
    'other user',
    'From names another user',
    sip.request('INVITE').set('From', (was) => was?.replace(/sip:[^@>]*@/, 'sip:other@')),
  ),
  one(
    'other name',
    'From has another display name',
    sip
      .request('INVITE')
      .set('From', (was) => (was?.startsWith('"') ? was.replace(/^"[^"]*"/, '"Other"') : `"Other" ${was}`)),
  ),
  one(
    'other uri',
    'The Request-URI is another',
    sip
      .request('INVITE')
      .initial()
      .changing((m) => {
        m.start = m.start.replace(/sip:[^@ ]*@/, 'sip:other@');
      }),
  ),
  one(
    'other to',
    'To names another user',
    sip
      .request('INVITE')
      .initial()
      .set('To', (was) => was?.replace(/sip:[^@>]*@/, 'sip:other@')),
  ),
  one(
    'no x headers',
    'X- headers are not passed on',
    sip.request('INVITE').changing((m) => {
      m.lines = m.lines.filter((line) => !/^x-/i.test(line));
    }),
  ),
  one(
    'no p headers',
    'P- headers are not passed on',
    sip.request('INVITE').changing((m) => {
      m.lines = m.lines.filter((line) => !/^p-/i.test(line));
    }),
  ),
  one(
    'other x headers',
    'X- and P- headers have other values',
    sip.request('INVITE').changing((m) => {
      m.lines = m.lines.map((line) => (/^[xp]-/i.test(line) ? `${line}7` : line));
    }),
  ),
  one(
    'more headers',
    'INVITE has headers that nobody asked for',
    sip.request('INVITE').changing((m) => {
      m.add('X-More', 'more')
        .add('P-More', 'more')
        .add('P-Asserted-Identity', '<sip:other@example.com>')
        .add('Privacy', 'id')
        .add('Diversion', '<sip:other@example.com>')
        .add('Remote-Party-ID', '<sip:other@example.com>');
    }),
  ),
  one(
    'contact parameters',
    'Contact has no parameters',
    sip.any().set('Contact', (was) => was?.replace(/;[^>]*>/, '>').replace(/>;.*/, '>')),
  ),
  one(
    'other diversion',
    'Diversion is another',
    sip
      .request('INVITE')
      .set('Diversion', (was) => was?.replace(/sip:[^@>]*/, 'sip:other').replace(/>;.*/, '>;reason=other')),
  ),
  one(
    'other privacy',
    'Privacy is another',
    sip.request('INVITE').set('Privacy', (was) => was && 'none'),
  ),
  one(
    'other identity',
    'P-Asserted-Identity is another',
    sip.request('INVITE').set('P-Asserted-Identity', (was) => was?.replace(/sip:[^@>]*/, 'sip:other')),
  ),
  one(
    'other party',
    'Remote-Party-ID is another',
    sip
      .request('INVITE')
      .set('Remote-Party-ID', (was) => was?.replace(/sip:[^@>]*/, 'sip:other').replace(/privacy=\w+/, 'privacy=other')),
  ),
  one(
    'other digest',
    'Credentials are wrong',
    sip.request('INVITE').changing((m) => {
      for (const name of ['Authorization', 'Proxy-Authorization']) {
        const was = m.get(name);
        if (was !== undefined) m.set(name, was.replace(/response="\w/, 'response="x'));
      }
    }),
  ),
  one(
    'held',
    'SDP holds',
    sip
      .any()
      .withSdp()
      .sdp((line) => (/^a=(sendrecv|sendonly|recvonly)$/.test(line) ? 'a=inactive' : line)),
  ),
  one(
    'not held',
    'SDP does not hold',
    sip
      .any()
      .withSdp()
      .sdp((line) => line.replace(/^a=(inactive|sendonly|recvonly)$/, 'a=sendrecv')),
  ),
  one(
    'no events',
    'SDP has no telephone-event',
    sip
      .any()
      .withSdp()
      .sdp((line) => (/telephone-event/.test(line) ? undefined : line.replace(/^(m=audio .*?) 101\b/, '$1'))),
  ),
  one(
    'other codec',
    'SDP names another codec first',
    sip
      .any()
      .withSdp()
      .sdp((line) =>
        line.replace(
          /^(m=audio \d+ \S+) (\d+)( .*)?$/,
          (_all, head: string, first: string, rest = '') => `${head} ${first === '0' ? '8' : '0'}${rest}`,
        ),
      ),
  ),
  one(
    'other ptime',
    'SDP names another packet time',
    sip
      .any()
      .withSdp()
      .sdp((line) => (line.startsWith('a=ptime') ? 'a=ptime:30' : line)),
  ),
  one(
    'other version',
    'The version of SDP stays the same',
    sip
      .any()
      .withSdp()
      .sdp((line) => line.replace(/^o=(\S+) (\d+) \d+ /, 'o=$1 $2 1 ')),
  ),
  one(
    'other media address',
    'SDP names an address where nobody is',
    sip
      .any()
      .withSdp()
      .sdp((line) => (line.startsWith('c=') ? 'c=IN IP4 127.0.0.9' : line)),
  ),
  one(
    'rejected media',
    'SDP rejects the audio',
    sip
      .any()
      .withSdp()
      .sdp((line) => line.replace(/^m=audio \d+/, 'm=audio 0')),
  ),
  one(
    'no via parameters',
    'Via lacks received and rport',
    sip
      .any()
      .when((m) => m.status > 0)
      .set('Via', (was) => was?.replace(/;received=[^;]*/, '').replace(/;rport=\d+/, '')),
  ),
  one(
    'other cseq',
    'CSeq is another',
    sip
      .any()
      .when((m) => m.status > 100)
      .set('CSeq', (was) => was?.replace(/^\d+/, '77')),
  ),
  one(
    'reliable',
    'Provisional responses are not reliable',
    sip.response('INVITE', 101, 199).changing((m) => {
      m.set('RSeq', undefined).set('Require', undefined);
    }),
  ),
  one(
    'other refresher',
    'The other side is to refresh',
    sip
      .any()
      .set('Session-Expires', (was) =>
        was?.replace(/refresher=(uac|uas)/, (_all, who: string) => `refresher=${who === 'uac' ? 'uas' : 'uac'}`),
      ),
  ),
  one(
    'other interval',
    'The session interval is another',
    sip.any().set('Session-Expires', (was) => was?.replace(/^\d+/, '77')),
  ),
  ...unsaid.map((name) => one(`no ${name}`, `${name} is left out`, sip.any().drop(name))),
  one('twice', 'Requests are sent twice', sip.request('INVITE', 'BYE', 'CANCEL', 'INFO').double()),
  one('unheard bye', "The far end's BYE is not understood", sip.request('BYE').toTarget.lose()),
  one('unheard cancel', "The caller's CANCEL is not understood", sip.request('CANCEL').toTarget.lose()),
  one('unheard info', 'INFO is not understood', sip.request('INFO').toTarget.answer(200, 'OK')),
  one(
    'unheard answer',
    "The called party's answer is taken for another",
    sip.response('INVITE', 200).toTarget.status(486),
  ),
  one(
    'unheard refusal',
    "The called party's refusal is taken for another",
    sip.response('INVITE', 400, 699).toTarget.status(480),
  ),
  one('unheard ringing', "The called party's ringing is not heard", sip.response('INVITE', 101, 199).toTarget.lose()),
  one(
    'early answer',
    'The caller is told that the called party answers',
    sip.response('INVITE', 180).status(200, 'OK'),
  ),
  one('answer late', 'The 200 to INVITE comes two seconds late', sip.response('INVITE', 200).late(2000)),
  one('refusal lost', 'The refusal does not come', sip.response('INVITE', 300, 699).lose()),
];

export const mediaRecipes: readonly Recipe[] = [
  one('silence', 'Nothing is heard', rtp.silence()),
  one('no rtp', 'No RTP is sent', rtp.lose()),
  one('tone over', 'A tone is heard besides', rtp.tone(1000)),
  one('soft', 'Audio is 12 dB too soft', rtp.gain(-12)),
  one('deaf', 'What the parties say is not heard', rtp.toTarget.silence()),
  one('deaf to packets', 'RTP of the parties does not arrive', rtp.toTarget.lose()),
  one('hears more', 'Something is heard that nobody says', rtp.toTarget.tone(1000)),
  one('keys lost', 'Keys are not passed on', rtp.events.lose()),
  one('keys unheard', 'Keys are not heard', rtp.toTarget.events.lose()),
  one('first key unheard', 'The first key is not heard', rtp.toTarget.loseKey(1)),
  one('second key unheard', 'The second key is not heard', rtp.toTarget.loseKey(2)),
  one('keys twice', 'Every key is taken for two', rtp.toTarget.doubleKey()),
  one('other keys', 'Keys are taken for others', rtp.toTarget.changeKey(7)),
  one('keys passed on wrongly', 'Keys are passed on as others', rtp.changeKey(7)),
  one('keys passed on twice', 'Keys are passed on twice', rtp.doubleKey()),
  one('caller hears nothing', 'The caller hears nothing', rtp.leg('caller').silence()),
  one('callee hears nothing', 'The called party hears nothing', rtp.leg('callee').silence()),
  one('hears itself', 'The audio of two legs is exchanged', rtp.leg('callee', 1).to('caller', 1)),
  one('late audio', 'Audio comes two seconds late', rtp.audio.late(2000)),
  one('begins late', 'The first second of audio is missing', rtp.audio.during(0, 1000).silence()),
  one('breaks off', 'Audio ends after a second', rtp.audio.during(1000).silence()),
  one('gaps', 'Every fifth packet is lost', rtp.audio.loseEvery(5)),
  one('jitter', 'Every fifth packet comes late', rtp.audio.jitter(5, 150)),
  one('other payload type', 'RTP has a payload type that nobody offered', rtp.set({ payloadType: 96 })),
  one(
    'codec mixed up',
    'RTP has the payload type of another codec',
    rtp.audio.changing((packet) => {
      packet.payloadType = packet.payloadType === 0 ? 8 : 0;
    }),
  ),
  one(
    'other ssrc',
    'RTP changes its SSRC all the time',
    rtp.changing((packet) => {
      packet.ssrc = (packet.ssrc + packet.index) >>> 0;
    }),
  ),
  one('other timestamps', 'Timestamps stand still', rtp.set({ timestamp: 160 })),
  one('no marker', 'No packet has the marker', rtp.set({ marker: false })),
  one('doubled packets', 'Every packet comes twice', rtp.double()),
  one(
    'half packets',
    'Packets hold half of the audio',
    rtp.audio.changing((packet) => {
      packet.payload = packet.payload.subarray(0, packet.payload.length / 2);
    }),
  ),
];
