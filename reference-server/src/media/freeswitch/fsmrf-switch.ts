/** One FreeSWITCH by way of drachtio-fsmrf: connected, watched, and connected again when it was lost. */
import Mrf, { type Endpoint, type MediaServer } from 'drachtio-fsmrf';
import type { LogPort } from '../../session/ports.ts';
import type { CarrierSrf, Carriers } from './carriers.ts';
import { type Channel, type ChannelEvents, RefusedError, type Standing, type Switch } from './channel.ts';
import { Dialling } from './dialling.ts';
import { attach, type FsmrfChannel } from './fsmrf-channel.ts';
import type { FreeSwitchAddress } from './options.ts';
import { probe } from './probe.ts';

/** Between two attempts to connect. */
const RETRY_MS = 300;
/** Between two looks at what is connected. */
const LOOK_MS = 1000;
/** How long a channel may take. */
const OPEN_MS = 6000;
/** FreeSWITCH is lost when its event socket is silent for so long. */
const SILENT_MS = 4000;
/**
 * Global variable by which an operator has a FreeSWITCH take no new calls: `global_setvar mediaservice_draining=true`. Legs
 * of the calls that it has may still come, other than after `fsctl pause`.
 */
const DRAINING = 'mediaservice_draining';

/** FreeSWITCH has answered, and hung up before the channel was there. */
class HungUpError extends RefusedError {}

export interface FsmrfSwitchOptions {
  readonly at: FreeSwitchAddress;
  /** drachtio-srf's connections that carry the calls. */
  readonly carriers: Carriers;
  /** Which of them is taken, counted round. */
  readonly turn: number;
  readonly log: LogPort;
}

export class FsmrfSwitch implements Switch {
  readonly at: FreeSwitchAddress;
  readonly #options: FsmrfSwitchOptions;
  readonly #first = Promise.withResolvers<void>();
  /** Of the channels that are there, whom the loss of all is told to. */
  readonly #channels = new Set<ChannelEvents>();
  /** Rejects when FreeSWITCH is lost. */
  #loss = Promise.withResolvers<never>();
  #server: MediaServer | undefined;
  /** What carries its calls. */
  #srf: CarrierSrf | undefined;
  #dialling: Dialling | undefined;
  /** Those whose carrier was lost: their channels are there still. */
  readonly #former = new Set<MediaServer>();
  #standing: Standing = 'down';
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #said = '';
  /** That ended in what was said last. */
  #attempts = 0;

  constructor(options: FsmrfSwitchOptions) {
    this.at = options.at;
    this.#options = options;
    this.#loss.promise.catch(() => undefined);
    void this.#look();
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Resolves when it is connected the first time. */
  get connected(): Promise<void> {
    return this.#first.promise;
  }

  /** Why it is not connected. */
  get missing(): string {
    return this.#said;
  }

  async open(sdp: string, events: ChannelEvents): Promise<Channel> {
    const server = this.#server;
    const dialling = this.#dialling;
    if (server === undefined || dialling === undefined || this.#standing === 'down')
      throw new RefusedError('it is not connected');
    if (!this.#carried) throw new RefusedError('no SIP server is connected that would carry calls to it');
    let channel: FsmrfChannel | undefined;
    const mine: ChannelEvents = {
      dtmf: events.dtmf,
      fileOver: events.fileOver,
      over: (detail) => {
        if (!this.#channels.delete(mine)) return;
        channel?.lose(detail);
        events.over(detail);
      },
    };
    // Where another program has the RTP port that it took, FreeSWITCH hangs up in the same breath; it takes another one then.
    const endpoint = await this.#endpoint(server, dialling, sdp).catch((error: unknown) => {
      if (error instanceof HungUpError) return this.#endpoint(server, dialling, sdp);
      throw error;
    });
    // From now on its end is told, even before it is known here.
    this.#channels.add(mine);
    try {
      channel = attach(server, endpoint, mine);
      await channel.prepare();
    } catch (error) {
      this.#channels.delete(mine);
      void server.api(`uuid_kill ${endpoint.uuid}`);
      throw refusal(error);
    }
    if (this.#server !== server && !this.#former.has(server)) {
      channel.hangUp();
      this.#channels.delete(mine);
      throw new RefusedError('it was lost');
    }
    const opened = channel;
    const { hangUp } = opened;
    opened.hangUp = () => {
      this.#channels.delete(mine);
      hangUp.call(opened);
    };
    return opened;
  }

  /** The library may wait for ever for an answer that nobody is left to give. */
  async #endpoint(server: MediaServer, dialling: Dialling, sdp: string): Promise<Endpoint> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const made = dialling.watched(
      () => server.createEndpoint({ remoteSdp: sdp }),
      () => reject(new HungUpError('it hung up before the channel was there')),
    );
    // Its end is told by the channel, once that is there.
    late.catch(() => undefined);
    const timer = setTimeout(() => reject(new RefusedError(`no channel within ${OPEN_MS} ms`)), OPEN_MS);
    try {
      return await Promise.race([made, late, this.#loss.promise]);
    } catch (error) {
      void made.then(
        ({ uuid }) => server.api(`uuid_kill ${uuid}`),
        () => undefined,
      );
      throw refusal(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#channels.clear();
    this.#standing = 'down';
    this.#disconnect();
  }

  get #carried(): boolean {
    return this.#srf !== undefined && this.#options.carriers.isUp(this.#srf);
  }

  /** Connects, or looks whether what is connected answers and takes calls; then again, after a pause. */
  async #look(): Promise<void> {
    try {
      // Where its carrier was lost, by another one.
      if (this.#server === undefined || !this.#carried) await this.#connect();
      else await this.#ask(this.#server);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      if (this.#server !== undefined && this.#carried) this.#lose(detail);
      else this.#missing(detail);
    }
    const pause = this.#server === undefined ? RETRY_MS : LOOK_MS;
    if (!this.#closed) this.#timer = setTimeout(() => void this.#look(), pause);
  }

  async #connect(): Promise<void> {
    const { host, port, secret, profile, listenAddress, listenPort, bind = listenAddress } = this.at;
    const srf = this.#options.carriers.get(this.#options.turn);
    if (srf === undefined) throw new Error('no SIP server is connected that would carry calls to it');
    await probe(this.at);
    const dialling = new Dialling(srf);
    const server = await new Mrf(dialling).connect({
      ...{ address: host, port, secret, profile },
      ...{ listenAddress: bind, listenPort, advertisedAddress: listenAddress },
    });
    if (this.#closed) return server.disconnect();
    sendAtOnce(server);
    if (this.#server !== undefined) this.#former.add(this.#server);
    this.#server = server;
    this.#srf = srf;
    this.#dialling = dialling;
    server.on('end', () => {
      if (this.#server === server) this.#lose('its event socket was closed');
    });
    server.on('error', (error: unknown) => this.#options.log.warn({ host, port, err: error }, 'event socket'));
    await this.#ask(server);
    this.#said = '';
    this.#options.log.info({ host, port }, 'connected to FreeSWITCH');
    this.#first.resolve();
  }

  async #ask(server: MediaServer): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`no word from it for ${SILENT_MS} ms`)), SILENT_MS);
    const asked = Promise.all([server.api('fsctl pause_check inbound'), server.api(`global_getvar ${DRAINING}`)]);
    const said = await Promise.race([asked, late]).finally(() => clearTimeout(timer));
    if (this.#server !== server) return;
    const standing = said.some((each) => each.trim() === 'true') ? 'draining' : 'up';
    if (standing !== this.#standing && this.#standing !== 'down') {
      this.#options.log.info({ host: this.at.host, port: this.at.port, standing }, 'FreeSWITCH says how it stands');
    }
    this.#standing = standing;
  }

  #lose(detail: string): void {
    this.#standing = 'down';
    this.#disconnect();
    this.#warn(detail, 'FreeSWITCH is lost');
    this.#loss.reject(new RefusedError(`it was lost: ${detail}`));
    this.#loss = Promise.withResolvers<never>();
    this.#loss.promise.catch(() => undefined);
    for (const channel of [...this.#channels]) channel.over(`FreeSWITCH is lost: ${detail}`);
  }

  #disconnect(): void {
    for (const server of [this.#server, ...this.#former]) server?.disconnect();
    this.#server = undefined;
    this.#former.clear();
  }

  /** Told once, and not at the first attempt: at a start everything is a moment late. */
  #missing(detail: string): void {
    this.#attempts = detail === this.#said ? this.#attempts + 1 : 1;
    this.#said = detail;
    if (this.#attempts === 2) this.#warn(detail, 'FreeSWITCH cannot be used yet');
  }

  #warn(detail: string, message: string): void {
    this.#said = detail;
    this.#options.log.warn({ host: this.at.host, port: this.at.port, detail }, message);
  }
}

/**
 * The library writes a command in two pieces, and TCP holds the second one back until the first is acknowledged: 40 ms for
 * each command, of all channels one after the other.
 */
function sendAtOnce({ conn, _server }: MediaServer): void {
  conn.socket.setNoDelay(true);
  _server.server.prependListener('connection', (socket) => socket.setNoDelay(true));
}

/** A refusal that another FreeSWITCH may not share. */
function refusal(error: unknown): Error {
  if (error instanceof RefusedError) return error;
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : undefined;
  const detail = error instanceof Error ? error.message : String(error);
  // What is wrong with the description stays wrong elsewhere.
  return status === 488 || status === 400 || status === 415 ? new Error(detail) : new RefusedError(detail);
}
