/** Figures of several generators that loaded one target together, as one. Pure. */
import { type Distribution, Histogram } from '../figures/histogram.ts';
import type { Figures, Sample } from '../figures/model.ts';

/** `series`: the merged one. `callbacks` in place of what the reports hold, where one application served all of them. */
export function mergeFigures(
  all: readonly Figures[],
  series: readonly Sample[],
  callbacks?: Pick<Figures, 'callbacks' | 'application'>,
): Figures {
  const calls = mergeCalls(all, series);
  const rtp = mergeRtp(all);
  const audio = mergeAudio(all);
  const rest = mergeRest(all);
  const target = mergeTarget(all, calls);
  const of = (read: (figures: Figures) => Distribution | undefined): Distribution | undefined =>
    distributions(all.map(read));
  const [setupMs, postDialMs, deliveryMs] = [of((f) => f.setupMs), of((f) => f.postDialMs), of((f) => f.deliveryMs)];
  return {
    calls,
    ...(setupMs && { setupMs }),
    ...(postDialMs && { postDialMs }),
    ...(deliveryMs && { deliveryMs }),
    ...(rtp && { rtp }),
    ...(audio && { audio }),
    ...(rest && { rest }),
    retransmissions: sum(all, (f) => f.retransmissions),
    generator: mergeGenerators(all),
    ...mergeCallbacks(all),
    ...callbacks,
    ...(target && { target }),
  };
}

function mergeCalls(all: readonly Figures[], series: readonly Sample[]): Figures['calls'] {
  const completed = sum(all, (f) => f.calls.completed);
  const from = series.find(({ attempted }) => attempted > 0)?.at ?? 0;
  const to = series.findLast((sample) => sample.completed > 0)?.at ?? from;
  // The first second of calls ended at `from`.
  const seconds = to - from + 1;
  return {
    attempted: sum(all, (f) => f.calls.attempted),
    completed,
    ...(all.every((f) => f.calls.completedBy !== undefined) && {
      completedBy: addCounts(all.map((f) => f.calls.completedBy ?? {})),
    }),
    failed: sum(all, (f) => f.calls.failed),
    reasons: addCounts(all.map((f) => f.calls.reasons)),
    mostAtOnce: Math.max(...series.map(({ inProgress }) => inProgress), ...all.map((f) => f.calls.mostAtOnce)),
    perSecond: completed === 0 ? 0 : Number((completed / seconds).toPrecision(4)),
    notBegun: sum(all, (f) => f.calls.notBegun),
  };
}

function mergeRtp(all: readonly Figures[]): Figures['rtp'] {
  const there = all.flatMap((f) => f.rtp ?? []);
  if (there.length === 0) return undefined;
  const [sent, received, lost] = (['sent', 'received', 'lost'] as const).map((name) =>
    there.reduce((count, rtp) => count + rtp[name], 0),
  ) as [number, number, number];
  const jitterMs = distributions(there.map((rtp) => rtp.jitterMs));
  return {
    ...{ sent, received, lost },
    lossShare: received + lost === 0 ? 0 : lost / (received + lost),
    ...(jitterMs && { jitterMs }),
  };
}

function mergeAudio(all: readonly Figures[]): Figures['audio'] {
  const there = all.flatMap((f) => f.audio ?? []);
  if (there.length === 0) return undefined;
  const legs = there.reduce((count, audio) => count + audio.legs, 0);
  const heard = there.reduce((count, audio) => count + audio.heard, 0);
  const score = distributions(there.map((audio) => audio.score));
  return { legs, heard, heardShare: legs === 0 ? 0 : heard / legs, ...(score && { score }) };
}

function mergeRest(all: readonly Figures[]): Figures['rest'] {
  const there = all.flatMap((f) => f.rest ?? []);
  const latencyMs = distributions(there.map((rest) => rest.latencyMs));
  if (latencyMs === undefined) return undefined;
  const names = new Set(there.flatMap((rest) => Object.keys(rest.byOperation)));
  return {
    requests: there.reduce((count, rest) => count + rest.requests, 0),
    failed: there.reduce((count, rest) => count + rest.failed, 0),
    latencyMs,
    byOperation: Object.fromEntries(
      [...names].flatMap((name) => {
        const times = distributions(there.map((rest) => rest.byOperation[name]));
        return times === undefined ? [] : [[name, times] as const];
      }),
    ),
  };
}

/** The busiest stands for all: each ran out of time, or did not, by itself. */
function mergeGenerators(all: readonly Figures[]): Figures['generator'] {
  const busy = all
    .map((f) => f.generator)
    .toSorted((a, b) => b.busyCores / Math.max(1, b.cores) - a.busyCores / Math.max(1, a.cores))[0];
  const latenessMs = distributions(all.map((f) => f.generator.latenessMs));
  return {
    cpuSeconds: sum(all, (f) => f.generator.cpuSeconds),
    busyCores: busy?.busyCores ?? 0,
    cores: busy?.cores ?? 0,
    ...(latenessMs && { latenessMs }),
    mostBytes: sum(all, (f) => f.generator.mostBytes),
  };
}

/** Each generator had an application of its own. */
function mergeCallbacks(all: readonly Figures[]): Pick<Figures, 'callbacks' | 'application'> {
  const [newCallMs, getIvrCommandMs, answerMs] = [
    distributions(all.map((f) => f.callbacks.newCallMs)),
    distributions(all.map((f) => f.callbacks.getIvrCommandMs)),
    distributions(all.map((f) => f.application.answerMs)),
  ];
  // What the target tells of itself is told to all of them alike.
  const roundTripMs = all.findLast((f) => f.callbacks.roundTripMs !== undefined)?.callbacks.roundTripMs;
  return {
    callbacks: {
      ...(all.some((f) => f.callbacks.elsewhere === true) && { elsewhere: true as const }),
      answered: addCounts(all.map((f) => f.callbacks.answered)),
      alarms: addCounts(all.map((f) => f.callbacks.alarms)),
      ...(all.every((f) => f.callbacks.had !== undefined) && { had: addHad(all) }),
      ...(newCallMs && { newCallMs }),
      ...(getIvrCommandMs && { getIvrCommandMs }),
      ...(roundTripMs && { roundTripMs }),
      missingCompleted: sum(all, (f) => f.callbacks.missingCompleted),
      doubledCompleted: sum(all, (f) => f.callbacks.doubledCompleted),
      unexpected: sum(all, (f) => f.callbacks.unexpected),
    },
    application: {
      cpuSeconds: sum(all, (f) => f.application.cpuSeconds),
      busyShare: Math.max(...all.map((f) => f.application.busyShare)),
      ...(answerMs && { answerMs }),
    },
  };
}

/** All looked at one target: the look that lasted longest. */
function mergeTarget(all: readonly Figures[], calls: Figures['calls']): Figures['target'] {
  const looks = all.flatMap((f) => f.target ?? []);
  const target = looks.toSorted((a, b) => b.cpuSeconds - a.cpuSeconds)[0];
  if (target === undefined) return undefined;
  const { cpuMsPerCall: _cpu, ...rest } = target;
  const mostBytes = Math.max(...looks.map((look) => look.mostBytes));
  const bytesBefore = Math.min(...looks.map((look) => look.bytesBefore));
  return {
    ...{ ...rest, mostBytes, bytesBefore },
    ...(calls.completed > 0 && { cpuMsPerCall: Number(((target.cpuSeconds * 1000) / calls.completed).toPrecision(4)) }),
  };
}

export function distributions(values: readonly (Distribution | undefined)[]): Distribution | undefined {
  const merged = new Histogram();
  for (const value of values) if (value !== undefined) merged.addAll(Histogram.of(value));
  return merged.summary();
}

function addHad(all: readonly Figures[]): NonNullable<Figures['callbacks']['had']> {
  const flows = new Set(all.flatMap((f) => Object.keys(f.callbacks.had ?? {})));
  return Object.fromEntries(
    [...flows].map((flow) => [flow, addCounts(all.map((f) => f.callbacks.had?.[flow] ?? {}))] as const),
  );
}

function addCounts(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of all) for (const [name, count] of Object.entries(one)) counts[name] = (counts[name] ?? 0) + count;
  return counts;
}

const sum = (all: readonly Figures[], read: (figures: Figures) => number): number =>
  Number(all.reduce((total, figures) => total + read(figures), 0).toPrecision(12));
