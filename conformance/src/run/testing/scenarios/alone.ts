import { fake } from '../declare.ts';

// Each counts who runs when it begins and a while later: beside the one alone there is nobody, whatever took longest.
let running = 0;
const look = async (fits: (count: number) => boolean): Promise<void> => {
  running += 1;
  for (let turn = 0; turn < 20; turn += 1) {
    if (!fits(running)) throw new Error(`${running} scenarios run`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  running -= 1;
};
const beside = { before: () => look((count) => count <= 2) };
fake('session/beside-one', 'pass', beside);
fake('session/beside-two', 'pass', beside);
const alone = { alone: true, before: () => look((count) => count === 1) };
fake('session/alone-one', 'pass', alone);
fake('session/alone-two', 'pass', alone);
