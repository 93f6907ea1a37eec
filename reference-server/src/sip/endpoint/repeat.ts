import type { Core } from './core.ts';
import type { Deadline } from './deadlines.ts';
import type { Repetition } from './records.ts';

/** A machine of the dialog layer: it knows when it wants to go on, and what is to be done then. */
interface Timed<Output> {
  nextTimeout(): number | undefined;
  handleTimeout(now: number): Output[];
}

/** Runs a machine on the endpoint's clock. */
export function repeat<Output>(core: Core, machine: Timed<Output>, carryOut: (output: Output) => void): Repetition {
  let deadline: Deadline | undefined;
  let stopped = false;
  const arm = (): void => {
    const next = stopped ? undefined : machine.nextTimeout();
    deadline = next === undefined ? undefined : core.deadlines.at(next, step);
  };
  const step = (): void => {
    for (const output of machine.handleTimeout(core.now)) carryOut(output);
    arm();
  };
  arm();
  return {
    stop: () => {
      stopped = true;
      core.deadlines.cancel(deadline);
    },
  };
}
