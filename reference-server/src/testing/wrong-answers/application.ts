/** The callbacks' own port, in a time that stands still, to an application on loopback that answers in one way. */
import { setTimeout } from 'node:timers/promises';
import type { CallbackRequest, CallbackResult } from '../../session/ports/callbacks.ts';
import { createFakeClock } from '../../session/testing/fake-clock.ts';
import { type CallbackBench, openCallbackBench } from '../callback-bench.ts';
import type { Kind } from './kinds.ts';

/** Longer than the time limit of a callback, which is 10 s here. */
export const slow = 30_000;

export interface Application {
  readonly bench: CallbackBench;
  /** Sends the request to an application that answers so, or at another base URL; gives what comes of it. */
  ask(request: CallbackRequest, how: { readonly kind?: Kind; readonly baseUrl?: string }): Promise<CallbackResult>;
  /** Requests that came for the last question, and connections of the port that are open still. */
  attempts(): number;
  close(): Promise<void>;
}

export async function startApplication(): Promise<Application> {
  const bench = await openCallbackBench();
  const clock = createFakeClock();
  const waits = { timeoutSeconds: 10, retryDelaySeconds: 0.01 };
  let asked = 0;
  return {
    bench,
    async ask(request, { kind, baseUrl }) {
      // Connections of the question before are closed: what is broken in one is of that one alone.
      await bench.use({ after: clock.after }, waits, baseUrl === undefined ? {} : { alarmUrl: baseUrl });
      bench.received.length = 0;
      bench.events.length = 0;
      bench.answer = (response, { socket }) => {
        kind?.answer(response, socket);
        if (kind?.late) clock.advance(slow);
      };
      bench.callbacks.send({ ...request, domain: 'a.example', ...(baseUrl !== undefined && { baseUrl }) });
      // Turns of 1 ms and more; a result takes a few.
      for (let turn = 0; turn < 3_000; turn++) {
        const event = bench.events.find(({ token }) => token === request.token);
        if (event !== undefined) {
          asked = bench.received.length;
          return event.result;
        }
        // Time goes on for the pause before it is sent again, far too slowly for the limit to be met by it.
        clock.advance(1);
        await setTimeout(1);
      }
      throw new Error(`nothing comes of ${request.name}`);
    },
    attempts: () => asked,
    close: () => bench.close(),
  };
}
