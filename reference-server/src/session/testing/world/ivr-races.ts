/** Races of one party and the commands of the IVR. */
import { after, alarmTaken, answer, commands, operate, operateBy } from './application.ts';
import { on } from './kinds.ts';
import { type Race, served } from './race.ts';

export const ivrRaces: Readonly<Record<string, Race>> = {
  'an interrupt by an older replyId': {
    setup: [...served, answer(commands[0], 'getIvrCommand'), ...on(0, 'played')],
    lanes: [
      [answer(commands[1], 'getIvrCommand')],
      [operate('interruptIvrCommand', 1)],
      [operate('interruptIvrCommand')],
      on(0, 'played, stopped'),
      on(0, 'BYE'),
    ],
  },
  'an IVR command against interrupt': {
    setup: [...served, answer(commands[1], 'getIvrCommand')],
    lanes: [
      [operateBy('interruptIvrCommand', 'getIvrCommand'), operateBy('interruptIvrCommand', 'getIvrCommand')],
      on(0, 'played', 'played, stopped'),
      on(0, '1'),
      [answer(commands[0], 'getIvrCommand')],
      [after(10)],
    ],
  },
  'an IVR hang-up against BYE and barge-in': {
    setup: served,
    lanes: [
      [answer(commands[7], 'getIvrCommand')],
      on(0, 'played'),
      on(0, 'BYE'),
      on(0, '#'),
      on(0, 'no RTP'),
      [alarmTaken],
    ],
  },
};
