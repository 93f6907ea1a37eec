/** Keys that are pressed one way under one condition, and told once each. */
import type { ScenarioMeta, TestContext } from '../../harness/types.ts';
import { hangUp } from './answers.ts';
import { atWork, collect, paramsOf } from './collect.ts';
import { is } from './expected.ts';
import { onWireIvr, type WireIvr } from './wire-ivr.ts';

/** Ends the collecting by a key, so that a digit too many shows as much as one too few. */
const untilHash = { terminationKey: '#', firstTimeout: 20, betweenTimeout: 20 };

export interface Row {
  readonly name: string;
  readonly title: string;
  /** What is pressed before the `#` that ends each row, and all that may be told. */
  readonly keys: string;
  readonly press: (call: WireIvr, keys: string) => Promise<void>;
}

/** A way to press keys. */
export interface Kind {
  readonly kind: string;
  readonly capability: string;
  readonly slug: string;
  /** Formats of the caller's offer; undefined: with telephone-event. */
  readonly formats?: string;
  /** Ends the collecting. */
  readonly end: (call: WireIvr) => Promise<unknown>;
  readonly rows: readonly Row[];
}

/** How long keys are pressed, ms. */
export const lengths = [40, 60, 100, 160, 200];
/** Runs `press` while the network does this to every so-manieth packet. */
export const impaired =
  (every: number, how: readonly ('lost' | 'late' | 'doubled')[], press: Row['press']): Row['press'] =>
  async (call, keys) => {
    call.media.impair({ every, how });
    await press(call, keys);
    call.media.impair(undefined);
  };

/** Each key that a row presses is one digit, in the buffer too. */
export async function expectOnce(ctx: TestContext, slug: string, kind: Kind, { keys, press }: Row): Promise<void> {
  const offer = kind.formats === undefined ? {} : { offer: { formats: kind.formats } };
  await onWireIvr(ctx, { ...offer, commands: [collect(untilHash), hangUp()] }, async (call) => {
    await atWork(ctx, call.command);
    await press(call, keys);
    await kind.end(call);
    const next = await ctx.webhooks.next('getIvrCommand');
    ctx.expect(slug, 'digits collected', paramsOf(next).dtmfMatch, is(keys));
    ctx.expect(slug, 'all digits that came', next.body.dtmfBuffer, is(`${keys}#`));
    await call.caller.answer('BYE');
  });
}

/** A row of the matrix as a scenario. */
export const matrixScenario = (kind: Kind, row: Row): [ScenarioMeta, (ctx: TestContext) => Promise<void>] => [
  {
    id: `dtmf/matrix-${kind.kind}-${row.name}`,
    title: `${row.title}: each key is one digit`,
    area: 'dtmf',
    capability: kind.capability,
    requirements: [kind.slug],
    needs: { call: true, webhook: true },
  },
  (ctx) => expectOnce(ctx, kind.slug, kind, row),
];
