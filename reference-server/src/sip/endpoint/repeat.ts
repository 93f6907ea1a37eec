import type { Retransmitter } from '../transaction/index.ts';
import type { Core } from './core.ts';
import type { Deadline } from './deadlines.ts';

/** A response being repeated until it is acknowledged. */
export interface Repetition {
  stop(): void;
}

/** Runs a retransmitter on the endpoint's clock. */
export function repeat(core: Core, retransmitter: Retransmitter, send: () => void, timeout: () => void): Repetition {
  let deadline: Deadline | undefined;
  const arm = (): void => {
    const next = retransmitter.nextTimeout();
    deadline = next === undefined ? undefined : core.deadlines.at(next, step);
  };
  const step = (): void => {
    for (const output of retransmitter.handleTimeout(core.now)) {
      if (output.type === 'transmit') send();
      else timeout();
    }
    arm();
  };
  arm();
  return {
    stop: () => {
      retransmitter.stop();
      core.deadlines.cancel(deadline);
    },
  };
}
