import { join } from 'node:path';
import type { RestClient } from '../drivers/rest/types.ts';
import { farewell } from '../drivers/sipp/farewell.ts';
import type { CallbackExpectation } from '../drivers/webhook-sink/types.ts';
import type { Target } from '../target/types.ts';
import { Legs } from './calls.ts';
import { Evidence } from './evidence.ts';
import { brokenBy, compare } from './expect.ts';
import { tellProgress } from './progress.ts';
import type { ExpectDetail, NewEntry } from './timeline.ts';
import type {
  Artifact,
  CalleeHandle,
  CalleeOptions,
  CallHandle,
  CallOptions,
  Expected,
  Harness,
  ScenarioMeta,
  TestContext,
} from './types.ts';
import { wav } from './wav.ts';

export const defaultTimeoutMs = 30_000;
/** How long a leg that ought to be over may take to notice. */
const lastWordsMs = 1500;

/** One scenario's view of the harness. */
export class Context implements TestContext {
  readonly meta: ScenarioMeta;
  readonly harness: Harness;
  readonly target: Target;
  readonly number: string;
  readonly reference: string;
  readonly rest: RestClient;
  readonly webhooks: CallbackExpectation;
  readonly evidence: Evidence;
  private readonly legs: Legs;
  private readonly expectations: CallbackExpectation[] = [];

  constructor(meta: ScenarioMeta, harness: Harness) {
    this.meta = meta;
    this.harness = harness;
    this.target = harness.target;
    this.evidence = new Evidence(harness.clock);
    this.number = harness.takeNumber();
    this.reference = `${meta.id}#${this.number}`;
    this.webhooks = this.expectation().claim({ number: this.number }).claim({ reference: this.reference });
    this.rest = harness.rest((exchange) => this.evidence.rest(exchange));
    this.legs = new Legs({
      harness,
      evidence: this.evidence,
      number: this.number,
      title: meta.id,
      limitMs: meta.timeoutMs ?? defaultTimeoutMs,
      newUser: (kind) => {
        const user = `${kind}${harness.outside.serial()}`;
        this.webhooks.claim({ user });
        return user;
      },
    });
  }

  record(entry: NewEntry): void {
    this.evidence.record(entry);
  }

  call(options?: CallOptions): Promise<CallHandle> {
    if (options?.from !== undefined) this.webhooks.claim({ user: options.from });
    return this.legs.call(options);
  }

  callee(options?: CalleeOptions): Promise<CalleeHandle> {
    return this.legs.callee(options);
  }

  newId(): string {
    return this.harness.outside.uuid();
  }

  alsoClaim(what: { number?: string; reference?: unknown; user?: string; tenant?: string }): CallbackExpectation {
    const one = this.expectation();
    if (what.number !== undefined) one.claim({ number: what.number });
    if (what.user !== undefined) one.claim({ user: what.user });
    if (what.reference !== undefined) one.claim({ reference: what.reference });
    return one;
  }

  expect<T>(requirement: string | readonly string[], what: string, actual: T, expected: Expected<T>): T {
    let first: ExpectDetail | undefined;
    for (const one of typeof requirement === 'string' ? [requirement] : requirement) {
      const detail = compare(one, what, actual, expected, 'must');
      if (!this.judges(one)) {
        this.unjudged(detail, actual);
        continue;
      }
      this.evidence.expected(detail);
      if (!detail.ok) first ??= detail;
    }
    if (first === undefined) return actual;
    const broken = brokenBy(first, what, actual, expected);
    this.harness.outside.missed(broken.message);
    throw broken;
  }

  should<T>(requirement: string, what: string, actual: T, expected: Expected<T>): T {
    const detail = compare(requirement, what, actual, expected, 'should');
    if (!this.judges(requirement)) return this.unjudged(detail, actual);
    this.evidence.expected(detail);
    if (!detail.ok) this.evidence.missed(brokenBy(detail, what, actual, expected));
    return actual;
  }

  private judges(requirement: string): boolean {
    return this.harness.settings.judged?.includes(requirement) ?? true;
  }

  private unjudged<T>(detail: ExpectDetail, actual: T): T {
    const { requirement, what, expected, ok } = detail;
    this.note(`${what}: ${ok ? 'as' : 'not as'} ${requirement} says, which is not judged in this run`, {
      expected,
      actual: detail.actual,
    });
    return actual;
  }

  note(text: string, data?: unknown): void {
    this.record({
      kind: 'note',
      from: 'suite',
      to: 'suite',
      summary: text,
      detail: { type: 'note', ...(data !== undefined && { data }) },
    });
  }

  progress(words: string): void {
    tellProgress(this.meta.id, words);
  }

  async quiet(): Promise<void> {
    const { quietMs, stepMs } = this.target.timers;
    await this.legsOver();
    await Promise.all(
      this.legs.all.map(async ({ handle }) => {
        const limitMs = Math.max(stepMs, quietMs * 2);
        await handle.rtp.waitForSilenceOnWire(quietMs, limitMs).catch((error: unknown) => {
          const text = `After the call: ${error instanceof Error ? error.message : String(error)}`;
          this.afterTheEnd('ordering-no-callback-after-end', text, limitMs);
        });
      }),
    );
    await Promise.all(this.expectations.map((one) => this.callbacksOver(one)));
  }

  /** Every leg has ended as its scenario says, by itself or because the scenario had it ended. */
  private async legsOver(): Promise<void> {
    await Promise.all(
      this.legs.all.map(async ({ handle, forced, over }) => {
        const late = Symbol('late');
        const limit = Promise.withResolvers<typeof late>();
        const stopTimer = this.harness.outside.after(lastWordsMs, () => limit.resolve(late));
        const result = await Promise.race([handle.sipp.done, limit.promise]);
        stopTimer();
        if (result === late) {
          this.evidence.fault({ text: `Leg ${handle.name} was still open when the scenario was over` }, lastWordsMs);
          await this.endLeg(handle, over);
        } else if (typeof result === 'object' && !result.ok && !forced()) {
          if (result.suiteFault) this.evidence.brokeItself({ text: result.problem });
          else this.evidence.fault({ text: result.problem }, result.ranOutMs);
        }
      }),
    );
  }

  /** Nothing comes any more, and nothing came after sessionCompleted, which is the last callback of a session (D-DONE). */
  private async callbacksOver(expectation: CallbackExpectation): Promise<void> {
    const completed = (id: string): boolean => expectation.all('sessionCompleted').some((one) => one.sessionId === id);
    const { clock } = this.harness;
    const end = clock.now() + this.target.timers.stepMs;
    for (const id of expectation.sessions()) {
      while (!completed(id) && clock.now() < end) await expectation.quiet(50);
      if (!completed(id)) this.note(`Session ${id} had no sessionCompleted`);
    }
    await expectation.quiet(this.target.timers.quietMs);
    for (const id of expectation.sessions()) {
      const names = expectation
        .all()
        .filter((one) => one.sessionId === id)
        .map((one) => one.name);
      const after = names.slice(names.indexOf('sessionCompleted') + 1);
      if (names.includes('sessionCompleted') && after.length > 0) {
        this.afterTheEnd('sessioncompleted-last', `After sessionCompleted of session ${id} came ${after.join(', ')}`);
      }
    }
  }

  /** That a target is quiet in the end is demanded by decisions; who is not judged on those may do as it likes. */
  private afterTheEnd(requirement: string, text: string, ranOutMs?: number): void {
    if (this.judges(requirement)) this.evidence.fault({ text }, ranOutMs);
    else this.note(text);
  }

  /** After a failure: leaves nothing running, whatever state it is in. */
  async tidy(): Promise<void> {
    await Promise.all(
      this.legs.all.map(async ({ handle, over }) => {
        await this.endLeg(handle, over);
        await this.sayGoodbye(handle);
      }),
    );
  }

  /** SIPp may be gone in the middle of a call: the target is told so, or it would go on with it beside all later scenarios. */
  private async sayGoodbye({ name, sipp }: CallHandle): Promise<void> {
    const { ok, messages } = await sipp.done;
    const text = ok ? undefined : farewell(messages);
    if (text === undefined) return;
    this.note(`Leg ${name} was gone in the middle of a call; in its name is sent: ${text.split(' ', 1)[0]}`);
    const { host, port } = this.target.sip;
    // Whoever cannot be reached any more has no call of ours either.
    await this.harness.outside
      .deliver(text, host, port, /^Via: SIP\/2\.0\/TCP/m.test(text) ? 'tcp' : 'udp')
      .catch(() => {});
    // What the target tells of it is still ours.
    await Promise.all(this.expectations.map((one) => one.quiet(this.target.timers.quietMs)));
  }

  private async endLeg(handle: CallHandle, over: () => boolean): Promise<void> {
    if (over()) return;
    // The target should not be left with half a call: goodbye first, force after that.
    handle.sipp.signal().catch(() => {});
    const stopTimer = this.harness.outside.after(lastWordsMs, () => void handle.sipp.stop());
    await handle.sipp.done;
    stopTimer();
  }

  /** Measures, keeps the audio, gives everything back. */
  async finish(): Promise<Artifact[]> {
    const artifacts: Artifact[] = [];
    for (const { handle } of this.legs.all) {
      const { received, sent } = await handle.rtp.stats();
      const { sources, ssrcs, payloadTypes, pacing, ...numbers } = received;
      const facts = {
        ...numbers,
        ...prefixed('pacing', pacing),
        ssrcs: ssrcs.join(' '),
        payloadTypes: payloadTypes.join(' '),
        sources: sources.join(' '),
      };
      this.evidence.rtp(
        handle.name,
        facts,
        { received: received.packets, sent: sent.packets },
        received.firstAt ?? this.harness.clock.now(),
      );
      artifacts.push(...(await this.keep(handle, received.packets > 0)));
      await handle.rtp.close();
    }
    for (const one of this.expectations) one.release();
    return artifacts;
  }

  /** Files of a leg: SIPp has left its log in the evidence directory already, the audio is added. */
  private async keep({ name, rtp }: CallHandle, heard: boolean): Promise<Artifact[]> {
    const { evidenceDir } = this.harness.settings;
    if (evidenceDir === undefined) return [];
    const log = {
      name: `SIP messages of ${name}`,
      path: join(this.meta.id, name, 'messages.log'),
      mediaType: 'text/plain',
    };
    if (!heard) return [log];
    const path = join(this.meta.id, `${name}.wav`);
    await this.harness.outside.keep(path, wav((await rtp.audio()).pcm));
    return [log, { name: `audio that ${name} received`, path, mediaType: 'audio/wav' }];
  }

  private expectation(): CallbackExpectation {
    const one = this.harness.sink.expectation((exchange, callback) => this.evidence.callback(exchange, callback.name));
    this.expectations.push(one);
    return one;
  }
}

const prefixed = (prefix: string, values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix} ${name}`, Math.round(value * 100) / 100]),
  );
