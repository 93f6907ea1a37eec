import { describe, expect, it } from 'vitest';
import {
  Headers,
  parseMessage,
  responseTo,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  serializeMessage,
} from '../message/index.ts';
import {
  defaultTimers,
  type Output,
  type Retransmitter,
  Schedule,
  TransactionTable,
  twoXxRetransmitter,
} from '../transaction/index.ts';
import { request } from '../transaction/testing/drive.ts';
import { type Dialog, dialogFromRequest, dialogFromResponse } from './index.ts';

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A fifth is lost, a tenth comes twice, everything takes 5 to 200 ms: so it also changes its order. */
class Network {
  private readonly schedule = new Schedule<() => void>();
  private readonly next: () => number;
  now = 0;

  constructor(seed: number) {
    this.next = random(seed);
  }

  send(message: SipMessage, to: (message: SipMessage) => void): void {
    const bytes = serializeMessage(message);
    const copies = this.next() < 0.2 ? 0 : this.next() < 0.1 ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.schedule.add(this.now + 5 + Math.floor(this.next() * 195), () => {
        const result = parseMessage(bytes);
        if (!result.ok) throw new Error(result.error.message);
        to(result.message);
      });
    }
  }

  /** Runs what is due next, here or at a side; false when nothing is. */
  step(sides: Side[]): boolean {
    const times = [this.schedule.peek()?.at, ...sides.map((side) => side.nextTimeout())];
    const at = Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY));
    if (at === Number.POSITIVE_INFINITY) return false;
    this.now = at;
    if (this.schedule.peek()?.at === at) this.schedule.pop()?.key();
    else for (const side of sides) side.handleTimeout();
    return true;
  }
}

/** One user agent made of nothing but the pure layers. */
class Side {
  readonly log: string[] = [];
  readonly table = new TransactionTable(defaultTimers);
  dialog: Dialog | undefined;
  peer: Side | undefined;
  private readonly network: Network;
  private ack: SipRequest | undefined;
  private accepted: Retransmitter | undefined;
  private branch = 0;

  constructor(network: Network) {
    this.network = network;
  }

  transmit(message: SipMessage): void {
    const { peer } = this;
    if (peer !== undefined) this.network.send(message, (received) => peer.receive(received));
  }

  start(message: SipRequest): void {
    this.branch++;
    const headers = new Headers([
      ['Via', `SIP/2.0/UDP h;branch=z9hG4bK-${this.branch}-${message.method}-${this.log.length}`],
      ...message.headers,
    ]);
    const made = this.table.request({ ...message, headers }, false, this.network.now);
    if (made === undefined) throw new Error('no transaction');
    this.run(made.outputs);
  }

  receive(message: SipMessage): void {
    const routing = this.table.receive(message, false, this.network.now);
    if (routing.type === 'ack') this.acknowledged();
    if (routing.type === 'new' && routing.request.method === 'INVITE') this.answer(routing.id, routing.request);
    if (routing.type === 'new' && routing.request.method === 'BYE') {
      this.log.push(`BYE ${this.dialog?.receiveRequest(routing.request).ok}`);
      this.run(this.table.respond(routing.id, responseTo(routing.request, 200), this.network.now));
    }
    if (routing.type === 'existing') this.run(routing.outputs);
  }

  private answer(id: Parameters<TransactionTable['respond']>[0], invite: SipRequest): void {
    const reply = (status: number) =>
      responseTo(invite, status, { toTag: 'callee', headers: [{ name: 'Contact', value: '<sip:bob@h>' }] });
    this.run(this.table.respond(id, reply(180), this.network.now));
    if (invite.uri.includes('busy')) {
      this.run(this.table.respond(id, reply(486), this.network.now));
      return;
    }
    const ok = reply(200);
    this.dialog = dialogFromRequest(invite, ok);
    this.run(this.table.respond(id, ok, this.network.now));
    this.accepted = twoXxRetransmitter(ok, defaultTimers, this.network.now);
  }

  private acknowledged(): void {
    if (this.accepted?.nextTimeout() === undefined) return;
    this.accepted.stop();
    this.log.push('ACK');
    const bye = this.dialog?.request('BYE');
    if (bye !== undefined) this.start(bye);
  }

  private run(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.type === 'transmit') this.transmit(output.message);
      else if (output.type === 'timeout') this.log.push('timeout');
      else if (output.type === 'deliver' && output.message.kind === 'response') this.deliver(output.message);
    }
  }

  private deliver(response: SipResponse): void {
    const [, method] = (response.headers.get('CSeq') ?? '').split(' ');
    if (response.status < 200) return;
    if (method !== 'INVITE' || response.status >= 300) this.log.push(`${response.status} ${method}`);
    if (method !== 'INVITE' || response.status >= 300) return;
    if (this.dialog === undefined) {
      this.log.push('200 INVITE');
      const invite = call('sip:bob@callee.example');
      this.dialog = dialogFromResponse(invite, response);
      const ack = this.dialog?.ack(invite);
      this.ack = ack && { ...ack, headers: new Headers([['Via', 'SIP/2.0/UDP h;branch=z9hG4bK-ack'], ...ack.headers]) };
    }
    // 13.2.2.4: every 2xx is acknowledged, the repeated ones too.
    if (this.ack !== undefined) this.transmit(this.ack);
  }

  nextTimeout(): number | undefined {
    const times = [this.table.nextTimeout(), this.accepted?.nextTimeout()].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  handleTimeout(): void {
    for (const { outputs } of this.table.handleTimeouts(this.network.now)) this.run(outputs);
    for (const output of this.accepted?.handleTimeout(this.network.now) ?? []) {
      if (output.type === 'transmit') this.transmit(output.message);
      else this.log.push('no ACK');
    }
  }
}

function call(uri: string): SipRequest {
  const invite = request('INVITE', { uri });
  invite.headers.delete('Via');
  return invite;
}

function play(seed: number, uri: string): { caller: Side; callee: Side } {
  const network = new Network(seed);
  const caller = new Side(network);
  const callee = new Side(network);
  caller.peer = callee;
  callee.peer = caller;
  caller.start(call(uri));
  let steps = 0;
  while (network.step([caller, callee])) {
    steps++;
    if (steps > 10_000) throw new Error('the call does not end');
  }
  return { caller, callee };
}

const seeds = Array.from({ length: 200 }, (_, seed) => seed + 1);

describe('calls over a network that loses, doubles and reorders', () => {
  it('are answered, acknowledged and ended, every one', () => {
    for (const seed of seeds) {
      const { caller, callee } = play(seed, 'sip:bob@callee.example');
      expect({ seed, caller: caller.log, callee: callee.log }).toEqual({
        seed,
        caller: ['200 INVITE', 'BYE true'],
        callee: ['ACK', '200 BYE'],
      });
      expect(caller.dialog?.state).toBe('terminated');
      expect([caller.table.size, callee.table.size]).toEqual([0, 0]);
    }
  });

  it('are refused, every one', () => {
    for (const seed of seeds) {
      const { caller, callee } = play(seed, 'sip:busy@callee.example');
      expect({ seed, caller: caller.log, callee: callee.log }).toEqual({ seed, caller: ['486 INVITE'], callee: [] });
      expect([caller.table.size, callee.table.size]).toEqual([0, 0]);
    }
  });
});
