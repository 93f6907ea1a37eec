/**
 * drachtio-srf as drachtio-fsmrf calls FreeSWITCH with it, with what that leaves undone: it does not notice that FreeSWITCH
 * hangs up before the channel has come, and ends a call without a thought for a refusal, which ends the process.
 */
import type { EventEmitter } from 'node:events';

export interface DialledCall extends EventEmitter {
  /** False once the far end has hung up. */
  readonly connected: boolean;
  destroy(...rest: unknown[]): unknown;
}

export interface Dialler {
  createUAC(uri: string, options: object): Promise<DialledCall>;
}

export class Dialling implements Dialler {
  readonly #dialler: Dialler;
  #ended: (() => void) | undefined;

  constructor(dialler: Dialler) {
    this.#dialler = dialler;
  }

  /** Does `dial`, which has to begin its call at once; `ended` is called when the far end ends that call. */
  watched<Result>(dial: () => Result, ended: () => void): Result {
    this.#ended = ended;
    try {
      return dial();
    } finally {
      this.#ended = undefined;
    }
  }

  async createUAC(uri: string, options: object): Promise<DialledCall> {
    const ended = this.#ended;
    const call = await this.#dialler.createUAC(uri, options);
    // A BYE that comes together with the answer is told before anybody who waits for the answer can listen.
    if (!call.connected) ended?.();
    else if (ended !== undefined) call.on('destroy', ended);
    const destroy = call.destroy.bind(call);
    // What is over already cannot be ended, which nobody has to know.
    call.destroy = async (...rest: unknown[]) => {
      await Promise.resolve(destroy(...rest)).catch(() => undefined);
    };
    return call;
  }
}
