/** A FreeSWITCH for tests: keeps what it was told, plays files for as long as they are, and does what a test has it do. */
import { readFile, writeFile } from 'node:fs/promises';
import { readWav, writeWav } from '../../core/wav.ts';
import { type Channel, type ChannelEvents, RefusedError, type Standing, type Switch } from '../channel.ts';
import type { FreeSwitchAddress } from '../options.ts';

export const address = (port: number): FreeSwitchAddress => ({
  ...{ host: '127.0.0.1', port, secret: 'secret', profile: 'drachtio_mrf' },
  ...{ listenAddress: '127.0.0.1', listenPort: 0 },
});

export class FakeSwitch implements Switch {
  readonly at: FreeSwitchAddress;
  readonly channels: FakeChannel[] = [];
  standing: Standing = 'up';
  /** What an attempt to open a channel ends in. */
  refuses: Error | undefined;
  /** Applications that do not occupy a channel are over then. */
  obeys: Promise<void> = Promise.resolve();

  constructor(port = 8021) {
    this.at = address(port);
  }

  async open(sdp: string, events: ChannelEvents): Promise<Channel> {
    if (this.standing === 'down') throw new RefusedError('down');
    if (this.refuses !== undefined) throw this.refuses;
    const channel = new FakeChannel(
      `${this.at.port}-${this.channels.length}`,
      30_000 + this.channels.length * 2,
      events,
      this.obeys,
    );
    channel.described.push(sdp);
    this.channels.push(channel);
    return channel;
  }

  async close(): Promise<void> {
    this.standing = 'down';
  }

  /** Everything that is there goes with it. */
  crash(): void {
    this.standing = 'down';
    for (const channel of this.channels) channel.lose('it crashed');
  }
}

export class FakeChannel implements Channel {
  readonly uuid: string;
  readonly address = '127.0.0.1';
  readonly port: number;
  readonly events: ChannelEvents;
  readonly described: string[] = [];
  readonly commands: string[] = [];
  readonly applications: string[] = [];
  /** Answers of commands that begin so; others are answered with +OK. */
  readonly answers = new Map<string, string>();
  over = false;
  /** That it has received. */
  packets = 0;
  readonly #obeys: Promise<void>;
  readonly #playing = new Map<string, NodeJS.Timeout>();
  #leave: (() => void) | undefined;

  constructor(uuid: string, port: number, events: ChannelEvents, obeys: Promise<void>) {
    this.#obeys = obeys;
    this.uuid = uuid;
    this.port = port;
    this.events = events;
  }

  async describe(sdp: string): Promise<void> {
    this.described.push(sdp);
  }

  async command(text: string): Promise<string> {
    this.commands.push(text);
    const [name = '', , verb, path = '', , flags = ''] = text.split(' ');
    if (name === 'uuid_displace' && verb === 'start') await this.#start(path, flags);
    if (name === 'uuid_displace' && verb === 'stop') this.#stop(path);
    // What it writes down of somebody who sends nothing is not quite silent.
    if (name === 'uuid_record' && verb === 'start')
      await writeFile(path, writeWav([new Int16Array(8000).fill(1)], 8000));
    if (name === 'json') return JSON.stringify({ response: { audio: { in_packet_count: this.packets } } });
    const answer = [...this.answers].find(([start]) => text.startsWith(start))?.[1] ?? '+OK';
    if (answer.startsWith('-')) throw new Error(answer);
    return answer;
  }

  run(application: string, argument: string): Promise<void> {
    this.applications.push(`${application} ${argument}`.trim());
    if (/^(spandsp_)?(start|stop)_/.test(application)) return this.#obeys;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#leave = resolve;
    return promise;
  }

  /** The application that runs is over. */
  leave(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  async park(both: boolean): Promise<void> {
    this.commands.push(`park${both ? ' both' : ''}`);
    this.leave();
  }

  parked(): Promise<void> {
    return Promise.resolve();
  }

  /** When a bridge is there that was asked for. */
  joins: Promise<void> = Promise.resolve();

  bridged(): Promise<void> {
    return this.joins;
  }

  hangUp(): void {
    if (!this.over) this.commands.push('hang up');
    this.over = true;
    for (const path of [...this.#playing.keys()]) this.#stop(path);
  }

  lose(detail: string): void {
    if (this.over) return;
    this.hangUp();
    this.events.over(detail);
  }

  async #start(path: string, flags: string): Promise<void> {
    const { samples, sampleRate } = readWav(await readFile(path));
    const milliseconds = (samples.length * 1000) / sampleRate;
    const end = flags.includes('l') ? () => undefined : () => this.#stop(path);
    this.#playing.set(path, setTimeout(end, milliseconds));
  }

  #stop(path: string): void {
    clearTimeout(this.#playing.get(path));
    if (this.#playing.delete(path)) this.events.fileOver(path);
  }
}
