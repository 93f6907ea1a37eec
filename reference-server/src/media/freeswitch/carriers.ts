/**
 * drachtio-srf's connections that carry calls to the FreeSWITCHes: an application of its own beside signalling, on the
 * same SIP servers. It asks for no requests, so calls from outside never come here.
 */
import type { EventEmitter } from 'node:events';
import Srf from 'drachtio-srf';
import type { LogPort } from '../../session/ports.ts';
import type { Dialler } from './dialling.ts';
import type { SipServerAddress } from './options.ts';

/** The part that is used here, with the types that its own declarations leave out. */
export interface CarrierSrf extends EventEmitter, Dialler {
  connect(options: SipServerAddress & { readonly reconnect: object }): void;
  disconnect(): void;
}

interface Carrier {
  readonly srf: CarrierSrf;
  up: boolean;
  /** No further attempts when it is set. */
  readonly reconnect: { maxAttempts?: number; retryMaxDelay: number };
}

export class Carriers {
  readonly #carriers: readonly Carrier[];

  constructor(servers: readonly SipServerAddress[], log: LogPort) {
    this.#carriers = servers.map(({ host, port, secret }) => {
      const srf = new Srf() as unknown as CarrierSrf;
      const carrier: Carrier = { srf, up: false, reconnect: { retryMaxDelay: 5_000 } };
      srf.on('connect', (error: unknown) => {
        carrier.up = !error;
        if (error) log.error({ host, port }, 'the SIP server does not accept the secret');
      });
      srf.on('error', (error: unknown) =>
        log.warn({ host, port, err: error }, 'no way to FreeSWITCH by this SIP server'),
      );
      srf.on('close', () => {
        carrier.up = false;
      });
      srf.connect({ host, port, secret, reconnect: carrier.reconnect });
      return carrier;
    });
  }

  /** One that is connected, `turn` counting round from the first. */
  get(turn: number): CarrierSrf | undefined {
    const usable = this.#carriers.filter(({ up }) => up);
    return usable[turn % usable.length]?.srf;
  }

  isUp(srf: CarrierSrf): boolean {
    return this.#carriers.some((carrier) => carrier.srf === srf && carrier.up);
  }

  close(): void {
    for (const { srf, up, reconnect } of this.#carriers) {
      reconnect.maxAttempts = 1;
      if (up) srf.disconnect();
    }
  }
}
