/** A host on fakes with the moves that tests make: a call comes in, the application answers, the far end acts. */
import { createSessionHost, type SessionHostOptions } from '../host.ts';
import type { CallId, Digit, LegId } from '../ids.ts';
import type { Json } from '../json.ts';
import type { CallbackRequest, CallbackResult } from '../ports/callbacks.ts';
import type { DomainSettings } from '../ports/domains.ts';
import type { SessionHost } from '../ports/host.ts';
import type { MediaEvent } from '../ports/media-event.ts';
import type { Operation, OperationOutcome } from '../ports/operation.ts';
import type { InboundCall, SipEvent } from '../ports/sip.ts';
import { createFakePorts, type FakePorts, ok, testDomain } from './fake-ports.ts';

export const offer = 'v=0 offer';

export const inboundCall = (patch: Partial<InboundCall> = {}): InboundCall => ({
  leg: 'leg-in' as LegId,
  sipCallId: 'call-id-1' as CallId,
  requestUri: 'sip:1000@sip.demo.example',
  called: { user: '1000', host: 'sip.demo.example' },
  from: { user: '+4689', host: 'phone.example' },
  private: false,
  diversion: [],
  xHeaders: {},
  pHeaders: {},
  sourceAddress: '192.0.2.77',
  sdp: offer,
  ...patch,
});

export interface Bench {
  readonly ports: FakePorts;
  readonly host: SessionHost;
  /** Callback requests not answered yet, oldest first. */
  readonly open: () => readonly CallbackRequest[];
  /** Names of all requests so far, alarms as `alarm:<error>`. */
  readonly names: () => readonly string[];
  readonly last: (name: string) => CallbackRequest;
  /** Answers the oldest open request, which must be `name`. */
  readonly answer: (name: string, result?: CallbackResult | Json) => CallbackRequest;
  /** Answers that very request. */
  readonly settle: (request: CallbackRequest, result: CallbackResult) => void;
  readonly dispatch: (event: SipEvent | MediaEvent) => void;
  readonly press: (digits: string) => void;
  /** `port.call` of every command to the leg, in order. */
  readonly told: () => readonly string[];
  readonly leg: () => LegId;
  readonly operate: (name: Operation['name'], body: Readonly<Record<string, Json>>) => OperationOutcome;
}

const isResult = (value: CallbackResult | Json | undefined): value is CallbackResult =>
  typeof value === 'object' && value !== null && 'ok' in value;

export const createBench = (settings: Partial<DomainSettings> = {}, options: SessionHostOptions = {}): Bench => {
  const ports = createFakePorts({ ...testDomain, ...settings });
  const host = createSessionHost(ports, options);
  const answered = new Set<CallbackRequest>();
  const open = () => ports.callbacks.sent.filter((request) => !answered.has(request));
  const leg = (): LegId => {
    const command = ports.commands.at(-1);
    return (ports.commands.find(({ call }) => call === 'invite')?.leg ?? command?.leg ?? 'leg-in') as LegId;
  };
  const settle = (request: CallbackRequest, result: CallbackResult) => {
    answered.add(request);
    host.dispatch({ type: 'callback.result', name: request.name, token: request.token, result });
  };
  return {
    ports,
    host,
    open,
    settle,
    names: () =>
      ports.callbacks.sent.map(({ name, body }) => (name === 'alarm' ? `alarm:${String(body.error)}` : name)),
    last: (name) => {
      const request = ports.callbacks.sent.findLast((sent) => sent.name === name);
      if (request === undefined) throw new Error(`no ${name} was sent`);
      return request;
    },
    answer: (name, result) => {
      const request = open().find((sent) => (name === 'alarm') === (sent.name === 'alarm'));
      if (request?.name !== name) throw new Error(`expected ${name} to be open, not ${request?.name ?? 'nothing'}`);
      settle(request, isResult(result) ? result : ok(result));
      return request;
    },
    dispatch: (event) => host.dispatch(event),
    press: (digits) => {
      for (const digit of digits) {
        host.dispatch({ type: 'media.dtmf', leg: leg(), digit: digit as Digit, source: 'rfc4733' });
      }
    },
    told: () => ports.commands.map(({ port, call }) => `${port}.${call}`),
    leg,
    operate: (name, body) => {
      const claims = typeof body.replyId === 'string' ? ports.claims.get(body.replyId) : undefined;
      return host.operate({ name, domain: testDomain.name, body, ...(claims && { claims }) });
    },
  };
};

/** An inbound call up to its first getIvrCommand. */
export const ivrBench = (settings: Partial<DomainSettings> = {}, options: SessionHostOptions = {}): Bench => {
  const bench = createBench(settings, options);
  const leg = 'leg-in' as LegId;
  bench.dispatch({ type: 'sip.incoming', call: inboundCall() });
  bench.answer('newCall', { action: 'ivr', sessionReferenceId: { order: 7 } });
  bench.dispatch({ type: 'media.opened', leg, sdp: 'v=0 answer' });
  bench.dispatch({ type: 'sip.confirmed', leg });
  bench.answer('callAnswered');
  return bench;
};
