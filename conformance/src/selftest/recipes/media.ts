/** Ways to break a target on RTP. */
import { rtp } from '../dsl/index.ts';
import type { Recipe } from '../recipe.ts';
import { wire } from './one.ts';

export const mediaRecipes: readonly Recipe[] = [
  wire('silence', 'Nothing is heard', rtp.silence()),
  wire('no rtp', 'No RTP is sent', rtp.lose()),
  wire('tone over', 'A tone is heard besides', rtp.tone(1000)),
  wire('soft', 'Audio is 12 dB too soft', rtp.gain(-12)),
  wire('deaf', 'What the parties say is not heard', rtp.toTarget.silence()),
  wire('deaf to packets', 'RTP of the parties does not arrive', rtp.toTarget.lose()),
  wire('hears more', 'Something is heard that nobody says', rtp.toTarget.tone(1000)),
  wire('keys lost', 'Keys are not passed on', rtp.events.lose()),
  wire('keys unheard', 'Keys are not heard', rtp.toTarget.events.lose()),
  wire('first key unheard', 'The first key is not heard', rtp.toTarget.loseKey(1)),
  wire('second key unheard', 'The second key is not heard', rtp.toTarget.loseKey(2)),
  wire('keys twice', 'Every key is taken for two', rtp.toTarget.doubleKey()),
  wire('other keys', 'Keys are taken for others', rtp.toTarget.changeKey(7)),
  wire('keys passed on wrongly', 'Keys are passed on as others', rtp.changeKey(7)),
  wire('keys passed on twice', 'Keys are passed on twice', rtp.doubleKey()),
  wire('caller hears nothing', 'The caller hears nothing', rtp.leg('caller').silence()),
  wire('callee hears nothing', 'The called party hears nothing', rtp.leg('callee').silence()),
  wire('hears itself', 'The audio of two legs is exchanged', rtp.leg('callee', 1).to('caller', 1)),
  wire('late audio', 'Audio comes two seconds late', rtp.audio.late(2000)),
  wire('begins late', 'The first second of audio is missing', rtp.audio.during(0, 1000).silence()),
  wire('breaks off', 'Audio ends after a second', rtp.audio.during(1000).silence()),
  wire('gaps', 'Every fifth packet is lost', rtp.audio.loseEvery(5)),
  wire('jitter', 'Every fifth packet comes late', rtp.audio.jitter(5, 150)),
  wire('other payload type', 'RTP has a payload type that nobody offered', rtp.set({ payloadType: 96 })),
  wire(
    'codec mixed up',
    'RTP has the payload type of another codec',
    rtp.audio.changing((packet) => {
      packet.payloadType = packet.payloadType === 0 ? 8 : 0;
    }),
  ),
  wire(
    'other ssrc',
    'RTP changes its SSRC all the time',
    rtp.changing((packet) => {
      packet.ssrc = (packet.ssrc + packet.index) >>> 0;
    }),
  ),
  wire('other timestamps', 'Timestamps stand still', rtp.set({ timestamp: 160 })),
  wire('no marker', 'No packet has the marker', rtp.set({ marker: false })),
  wire('doubled packets', 'Every packet comes twice', rtp.double()),
  wire(
    'half packets',
    'Packets hold half of the audio',
    rtp.audio.changing((packet) => {
      packet.payload = packet.payload.subarray(0, packet.payload.length / 2);
    }),
  ),
];
