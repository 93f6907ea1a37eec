/** REST alone: what can be asked of a target without a call. */
import { post, promptFile } from './rest.ts';
import { setting } from './world.ts';

const file = open(setting.audio.prompt, 'b');
/** Well made, and nobody's: it is looked at like any other, and refused (D-REPLY). */
const forged = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJub2JvZHkiOnRydWV9.bm90LXNpZ25lZA';
const forbidden = 403;

export function rest(): void {
  if (setting.target.prompts) {
    const name = `load-${setting.generator}${__VU}.wav`;
    promptFile('PUT', name, file);
    promptFile('GET', name, null);
    promptFile('DELETE', name, null);
  }
  post('interruptivrcommand', { replyId: forged, sessionId: 'nobody' }, forbidden);
  post('hangupcall', { replyId: forged }, forbidden);
}
