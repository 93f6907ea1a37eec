import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type FakeServer, fakeServer } from '../fake-server.ts';
import { surroundings } from '../launcher.ts';
import { header } from '../message-log.ts';
import { createSippRunner } from '../runner.ts';
import { sdp } from '../sdp.ts';
import type { SippHandle, SippRunner, SippStart } from '../types.ts';

const host = '127.0.0.1';

/** Where the caller of the tests wants to go. */
export const invitation = { to: '+4612', domain: 'acme.example', from: 'alice', sdp: sdp() };

/** Messages of a leg, one short line each: `> INVITE`, `< 200 INVITE`. */
export const labels = (leg: SippHandle): string[] =>
  leg.messages().map((m) => `${m.direction === 'sent' ? '>' : '<'} ${m.status ?? ''}${m.status ? ' ' : ''}${m.method}`);

/** SIPp legs and the end point that they talk to, new for each test. */
export class World {
  #runner: SippRunner | undefined;
  #server: FakeServer | undefined;
  readonly #legs: SippHandle[] = [];

  /** Declares the hooks that set it up and take it down; `SIPP_RUNNER=docker` runs SIPp in a container. */
  constructor() {
    beforeAll(async () => {
      process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';
      this.#runner = await createSippRunner({
        runner: process.env.SIPP_RUNNER === 'docker' ? 'docker' : 'local',
        environment: surroundings(process.env),
      });
    }, 120_000);
    beforeEach(async () => {
      this.#server = await fakeServer();
    });
    afterEach(async () => {
      await Promise.all(this.#legs.splice(0).map((leg) => leg.stop()));
      this.#server?.close();
    });
    afterAll(async () => {
      await this.#runner?.close();
    });
  }

  get server(): FakeServer {
    if (this.#server === undefined) throw new Error('there is a server only while a test runs');
    return this.#server;
  }

  async start(options: SippStart): Promise<SippHandle> {
    if (this.#runner === undefined) throw new Error('there is a runner only while tests run');
    const leg = await this.#runner.start(options);
    this.#legs.push(leg);
    return leg;
  }

  /** A leg that calls the server. */
  call(scenario: SippStart['scenario'], more: Partial<SippStart> = {}): Promise<SippHandle> {
    return this.start({
      ...{ scenario, role: 'uac', name: 'caller', remote: { host, port: this.server.port }, local: { host } },
      ...{ timeoutMs: 5000, media: { host, port: 40_000 }, ...more },
    });
  }

  /** A leg that waits for a call. */
  async wait(scenario: SippStart['scenario']): Promise<SippHandle> {
    const media = { host, port: 40_002 };
    const leg = await this.start({ scenario, role: 'uas', name: 'callee', local: { host }, timeoutMs: 5000, media });
    await leg.ready;
    return leg;
  }

  /** Answers the leg's INVITE and sees the ACK. */
  async answered(leg: SippHandle): Promise<void> {
    const invite = await this.server.next('INVITE');
    this.server.reply(invite, 180);
    this.server.reply(invite, 200, { body: sdp() });
    await this.server.next('ACK');
    await leg.waitFor('ACK', (m) => m.method === 'ACK', 2000);
  }

  /** An INVITE to a called leg. */
  invite(port: number, cseq = 1): string {
    return [
      `INVITE sip:bob@127.0.0.1:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.server.port};branch=z9hG4bKone`,
      `Record-Route: <sip:127.0.0.1:${this.server.port};lr>`,
      'From: "T" <sip:target@acme.example>;tag=tt',
      'To: <sip:bob@acme.example>',
      `Call-ID: call-${port}@fake`,
      `CSeq: ${cseq} INVITE`,
      `Contact: <sip:target@127.0.0.1:${this.server.port}>`,
      'Max-Forwards: 70',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
  }

  /** A request that follows on `invite`. */
  follow(port: number, method: string, to: string, cseq: number, branch: string): string {
    return this.invite(port, cseq)
      .replace(/^INVITE/, method)
      .replace(`CSeq: ${cseq} INVITE`, `CSeq: ${cseq} ${method}`)
      .replace('z9hG4bKone', branch)
      .replace('To: <sip:bob@acme.example>', `To: ${to}`)
      .replace(/Record-Route.*\r\n/, '');
  }

  /** A request of the server's side of the dialog that a calling leg has set up. */
  inDialog(leg: SippHandle, method: string, branch = 'z9hG4bKsrv'): string {
    const invite = leg.messages().find((m) => m.method === 'INVITE' && m.direction === 'sent')?.raw ?? '';
    return [
      `${method} sip:alice@127.0.0.1:${leg.port} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.server.port};branch=${branch}`,
      `From: ${header(invite, 'To')};tag=srv`,
      `To: ${header(invite, 'From')}`,
      `Call-ID: ${header(invite, 'Call-ID')}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:fake@127.0.0.1:${this.server.port}>`,
      'Max-Forwards: 70',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
  }
}
