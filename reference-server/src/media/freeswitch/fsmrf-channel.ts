/** A channel of FreeSWITCH by way of an endpoint of drachtio-fsmrf. */
import type { Endpoint, MediaServer, SocketConnection } from 'drachtio-fsmrf';
import type { Channel, ChannelEvents } from './channel.ts';

/** What the channel has to know, whatever the dialplan has set. */
const VARIABLES = [
  // Without it the end of a bridge is the end of both channels.
  'park_after_bridge=true',
  'hangup_after_bridge=false',
  // Silence as a stream of its own: a far end hears no break while the other one is silent.
  'bridge_generate_comfort_noise=-1',
  // A monitor's keys are no commands.
  'eavesdrop_enable_dtmf=false',
];
/** How long a channel may take to be parked, or bridged. */
const MOVE_MS = 2000;
/** Read by FreeSWITCH when it parks a channel. */
const IDLE = 'send_silence_when_idle';

/** Has to be prepared before it is used. Throws when it is gone already. */
export function attach(server: MediaServer, endpoint: Endpoint, events: ChannelEvents): FsmrfChannel {
  const { conn } = endpoint;
  if (conn === null) throw new Error('the channel is gone');
  return new FsmrfChannel(server, endpoint, conn, events);
}

export class FsmrfChannel implements Channel {
  readonly uuid: string;
  readonly address: string;
  readonly port: number;
  readonly #server: MediaServer;
  readonly #endpoint: Endpoint;
  readonly #connection: SocketConnection;
  readonly #events: ChannelEvents;
  /** Who waits for it to be parked, and to be bridged. */
  readonly #parking = new Set<() => void>();
  readonly #bridging = new Set<() => void>();
  /** Rejects when the channel is gone: what was asked of it has no answer then, and the library waits for ever. */
  readonly #loss = Promise.withResolvers<never>();
  #over = false;

  constructor(server: MediaServer, endpoint: Endpoint, connection: SocketConnection, events: ChannelEvents) {
    this.#server = server;
    this.#endpoint = endpoint;
    this.#connection = connection;
    this.#events = events;
    this.#loss.promise.catch(() => undefined);
    this.uuid = endpoint.uuid;
    const { sdp } = endpoint.local;
    this.address = /^c=IN IP[46] (\S+)/m.exec(sdp)?.[1] ?? '';
    this.port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    connection.subscribe(['CHANNEL_PARK', 'CHANNEL_BRIDGE', 'MEDIA_BUG_STOP']);
    connection.on(`esl::event::CHANNEL_PARK::${this.uuid}`, () => release(this.#parking));
    connection.on(`esl::event::CHANNEL_BRIDGE::${this.uuid}`, () => release(this.#bridging));
    connection.on(`esl::event::MEDIA_BUG_STOP::${this.uuid}`, (event) => {
      const path = event.getHeader('Media-Bug-Target');
      // A recording ends by itself after the silence that it was to end with.
      const isFile = ['displace', 'session_record'].includes(event.getHeader('Media-Bug-Function') ?? '');
      if (isFile && path !== undefined && !this.#over) events.fileOver(path);
    });
    endpoint.on('dtmf', ({ dtmf, source }: { dtmf: string; source?: string }) => {
      // APP: what was sent to the far end, not what it pressed.
      if (!this.#over && source !== 'APP') events.dtmf(dtmf, source === 'INBAND_AUDIO' ? 'inband' : 'rfc4733');
    });
    endpoint.on('destroy', (event?: { reason?: string }) => this.#gone(event?.reason ?? 'its connection was lost'));
    endpoint.on('error', (error: unknown) => this.#gone(String(error)));
  }

  async prepare(): Promise<void> {
    await this.command(`uuid_setvar_multi ${this.uuid} ${[...VARIABLES, `${IDLE}=-1`].join(';')}`);
    const set = this.#connection.getInfo().getHeader(`variable_${IDLE}`);
    if (set === undefined) await this.park(false);
  }

  async describe(sdp: string): Promise<void> {
    await this.#unlessLost(Promise.resolve(this.#endpoint.dialog?.modify(sdp)));
  }

  async command(text: string): Promise<string> {
    const answer = await this.#unlessLost(this.#server.api(text));
    if (answer.startsWith('-')) throw new Error(`${text.split(' ', 1)[0]}: ${answer.trim()}`);
    return answer;
  }

  async run(application: string, argument: string): Promise<void> {
    await this.#unlessLost(this.#endpoint.execute(application, argument));
  }

  async park(both: boolean): Promise<void> {
    const parked = this.parked();
    await this.command(`uuid_transfer ${this.uuid} ${both ? '-both ' : ''}park inline`);
    await parked;
  }

  /** Resolves when the channel is parked the next time, is gone, or takes too long. */
  parked(): Promise<void> {
    return next(this.#parking);
  }

  /** As `parked`. What is asked of a channel that is on its way into a bridge has FreeSWITCH hang up. */
  bridged(): Promise<void> {
    return next(this.#bridging);
  }

  hangUp(): void {
    if (this.#over) return;
    this.#over = true;
    this.#moved();
    // The library's own way may never end, and needs a SIP server.
    void this.command(`uuid_kill ${this.uuid}`).catch(() => this.#bye());
  }

  #moved(): void {
    for (const waiting of [this.#parking, this.#bridging]) release(waiting);
  }

  /** FreeSWITCH is gone, whatever becomes of the connections. Who is told of it is told by whoever knew. */
  lose(detail: string): void {
    this.#loss.reject(new Error(detail));
    if (this.#over) return;
    this.#over = true;
    this.#moved();
    this.#bye();
  }

  #gone(detail: string): void {
    if (this.#over) return;
    this.lose(detail);
    this.#events.over(detail);
  }

  #unlessLost<Result>(work: Promise<Result>): Promise<Result> {
    return Promise.race([work, this.#loss.promise]);
  }

  /** Whoever died sends none, and the SIP server would keep the dialog for ever. */
  #bye(): void {
    void Promise.resolve(this.#endpoint.dialog?.destroy()).catch(() => undefined);
  }
}

/** Resolves when those who wait are released the next time, or that takes too long. */
function next(waiting: Set<() => void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, MOVE_MS);
  const done = (): void => {
    clearTimeout(timer);
    waiting.delete(done);
    resolve();
  };
  waiting.add(done);
  return promise;
}

function release(waiting: Set<() => void>): void {
  for (const done of [...waiting]) done();
}
