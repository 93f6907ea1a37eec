// The file that the runner is given for a self test: it takes the scenarios in without running them, opens the stacks and
// drives them. One test, because mutants are chosen and ordered by what the scenarios do without them.
import { inject, test } from 'vitest';
import { divertScenarios } from '../harness/scenario.ts';
import { drive, unmutated } from './drive.ts';
import { mutantsById } from './mutants/index.ts';
import type { Order, Told } from './orders.ts';
import { search } from './search.ts';
import { openStack, type Scenario, type Stack } from './stack.ts';
import { variants } from './variants.ts';

const orders = inject('selftest');
const settings = inject('harness');
const longestMs = 3_600_000;

const scenarios = new Map<string, Scenario>();
let patient = false;
divertScenarios((meta, run) => void scenarios.set(meta.id, { meta, run, patient }));
for (const file of orders.files) await import(/* @vite-ignore */ file);
patient = true;
for (const file of orders.patientFiles) await import(/* @vite-ignore */ file);

const channel = new BroadcastChannel(orders.channel);
const tell = (told: Told): void => channel.postMessage(told);
const stacks: Stack[] = [];
const waiting = new Map<number, () => void>();
let stopped = false;

channel.onmessage = async ({ data }: { readonly data: unknown }) => {
  const order = data as Order;
  if (order.kind === 'restarted') waiting.get(order.server)?.();
  if (order.kind !== 'stop') return;
  stopped = true;
  await Promise.all(stacks.map((one) => one.stop().catch(() => undefined)));
  tell({ kind: 'stopped' });
};
channel.unref();

test('selftest', { timeout: longestMs }, async () => {
  const { work } = orders;
  try {
    for (const place of orders.servers) stacks.push(await openStack(place, settings));
    const around = {
      ...{ stacks, scenarios, tell },
      stopped: () => stopped,
      restart: (server: number) =>
        new Promise<void>((resolve) => {
          waiting.set(server, resolve);
          tell({ kind: 'restart', server });
        }),
    };
    if (work.kind === 'search') await search(work.slugs, around, (found) => tell({ kind: 'found', found }));
    else if (work.kind === 'mutants') {
      await drive(
        work.ids.flatMap((id) => mutantsById().get(id) ?? []),
        around,
      );
    } else {
      const wanted = [...scenarios.values()].filter(
        (one) => !one.patient && (work.areas?.includes(one.meta.area) ?? true),
      );
      for (const stack of stacks) stack.interceptor.begin(variants[work.name]?.rewrites() ?? []);
      tell({ kind: 'total', unmutated: wanted.length, mutants: 0 });
      await unmutated(wanted, around);
    }
  } catch (error) {
    tell({ kind: 'broken', text: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    throw error;
  } finally {
    await Promise.all(stacks.map((one) => one.close()));
  }
});
