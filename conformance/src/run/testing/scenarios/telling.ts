import { tellProgress } from '../../../harness/progress.ts';
import { fake } from '../declare.ts';

fake('session/telling', 'pass', {
  before: async () => {
    for (const words of ['1 of 2', '2 of 2']) tellProgress('session/telling', words);
  },
});
