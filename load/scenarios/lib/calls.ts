/** The calls, a function each; k6 calls them by these names. */
import { sleep } from 'k6';
import type { Call } from 'k6/x/sip';
import { CALLEE, SCENARIO, SENT } from '../../src/webhook/headers.ts';
import { calleeContact, post } from './rest.ts';
import {
  compare,
  connected,
  heard,
  type Listening,
  listen,
  must,
  play,
  sleepUntil,
  tellPlaced,
  withCall,
} from './score.ts';
import type { Flow, NumberRange } from './setting.ts';
import { callee, calleeUser, caller, numberOf, setting, sounds } from './world.ts';

const { steering, target, application } = setting;
const talkMs = steering.talkSeconds * 1000;
/** The key that ends an IVR call. */
const digit = '5';
/** What is done in turns: half of the users begin with the other one, so that a short run has both. */
const even = (): boolean => (__VU + __ITER) % 2 === 0;
const headersOf = (flow: Flow): Record<string, string> => ({ [SCENARIO]: flow, [SENT]: String(Date.now()) });

function dial(flow: Flow, range: NumberRange, more: { headers?: Record<string, string>; media?: boolean } = {}): Call {
  const { headers, ...media } = more;
  const call = caller.call({
    callee: numberOf(range),
    timeout: '20s',
    headers: { ...headersOf(flow), ...headers },
    ...media,
  });
  return must(call, 'INVITE not sent');
}

/** The callee has an address by which the target can call it. */
function registered(): void {
  if (!callee.isRegistered()) must(callee.register(), 'callee not registered');
}

const called = (call: Call | false): Call => must(call, 'callee not called');

/** The application hangs up, so does the target. */
function ended(call: Call, by: 'remote' | 'local'): void {
  must(call.expectDisconnected('10s'), 'not hung up');
  const how = call.howCompleted();
  must(how?.endedBy === by, () => `ended by ${how?.endedBy ?? 'nobody'}, not ${by}`);
}

/** Prompt, digit, end: what an IVR call does once it is answered. */
function menu(call: Call): void {
  const began = Date.now();
  heard(call);
  compare([[call, sounds.prompt]]);
  sleepUntil(began + talkMs);
  must(call.sendDTMF(digit), 'digit not sent');
  ended(call, 'remote');
}

/** Calls in, hears the prompt, presses a digit, is hung up. */
export function ivr(): void {
  play('ivr', () =>
    withCall(dial('ivr', target.numbers), (call) => {
      connected(call);
      menu(call);
    }),
  );
}

/** Calls in and is hung up at once: signalling and callbacks alone. */
export function churn(): void {
  play('churn', () =>
    withCall(dial('churn', target.numbers, { media: false }), (call) => {
      connected(call);
      ended(call, 'remote');
    }),
  );
}

/** Two parties talk, both hear each other; they hang up in turns. */
export function bridge(): void {
  play('bridge', () => {
    registered();
    withCall(dial('bridge', target.numbers, { headers: { [CALLEE]: calleeUser } }), (out) =>
      withCall(called(callee.expectCall({ caller, timeout: '15s' })), (inc) => {
        must(inc.accept(), 'not accepted');
        connected(out);
        connected(inc);
        const began = Date.now();
        heard(out);
        heard(inc);
        const legs: readonly Listening[] = [
          [out, sounds.callee, inc],
          [inc, sounds.caller, out],
        ];
        listen(legs, began + talkMs);
        const [first, second] = even() ? [out, inc] : [inc, out];
        must(first.hangup(), 'hang-up failed');
        ended(second, 'remote');
      }),
    );
  });
}

/** The caller hangs up while it rings. */
export function impatient(): void {
  play('impatient', () => {
    registered();
    withCall(dial('impatient', target.numbers, { headers: { [CALLEE]: calleeUser } }), (out) =>
      withCall(called(callee.expectCall({ caller, timeout: '15s' })), (inc) => {
        must(out.expectRinging('10s'), 'does not ring');
        sleep(Math.random() * steering.talkSeconds);
        must(out.hangup(), 'CANCEL failed');
        const status = out.howCompleted()?.status;
        must(status === 487, () => `cancelled with ${status ?? 'nothing'}, not 487`);
        must(inc.expectDisconnected('10s'), 'callee rings on');
      }),
    );
  });
}

function answerPlaced(operation: string, body: unknown, talk: (call: Call) => void): void {
  registered();
  const asked = Date.now();
  must(post(operation, body).status === 200, 'REST refused');
  withCall(called(callee.expectCall({ timeout: '15s' })), (inc) => {
    tellPlaced(Date.now() - asked);
    must(inc.accept(), 'not accepted');
    connected(inc);
    talk(inc);
  });
}

const calleeAddress = (): string => must(calleeContact() ?? false, 'callee has no address');

/** The target calls, the prompt is heard, a digit is pressed, the target hangs up. */
export function outbound(): void {
  play('outbound', () => {
    registered();
    const body = {
      destAddr: calleeAddress(),
      sipFrom: numberOf(target.numbers),
      sessionReferenceId: { load: 'outbound' },
      maxRingTime: 20,
    };
    answerPlaced('placeivrcall', body, menu);
  });
}

/** Cloud UA: calls in and calls out in turns; the other side says what it hears. */
export function remote(): void {
  play('remote', () => {
    const { cloudNumbers } = target;
    if (even() && cloudNumbers !== undefined) {
      withCall(dial('remote', cloudNumbers), (call) => {
        connected(call);
        echoed(call, 'caller');
      });
      return;
    }
    registered();
    const body = {
      codec: 'PCMA',
      destinationUri: calleeAddress(),
      sourceUser: numberOf(target.numbers),
      receiveIp: application.host,
      receivePort: application.echoPort,
      callbackBaseUrl: application.callbacksUrl,
      sessionReferenceId: { load: 'remote' },
    };
    answerPlaced('placeremotecall', body, (call) => echoed(call, 'callee'));
  });
}

/** Hears itself, then hangs up. */
function echoed(call: Call, voice: 'caller' | 'callee'): void {
  const began = Date.now();
  heard(call);
  listen([[call, sounds[voice], call]], began + talkMs);
  must(call.hangup(), 'hang-up failed');
}
