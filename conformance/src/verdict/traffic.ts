/** Traffic without which a test shows nothing: at least one unit of each kind that is `true`. */
export interface Needs {
  /** A SIP call: an INVITE that got a final response. */
  readonly call?: boolean;
  /** RTP from the target. */
  readonly rtp?: boolean;
  /** A callback of the target. */
  readonly webhook?: boolean;
  /** An answer of the target's REST API. */
  readonly rest?: boolean;
}

/** Traffic as it was counted on the wire. */
export interface Counts {
  readonly calls: number;
  readonly sipMessages: number;
  readonly rtpPacketsReceived: number;
  readonly rtpPacketsSent: number;
  readonly callbacks: number;
  readonly restExchanges: number;
}

export const NO_TRAFFIC: Counts = {
  calls: 0,
  sipMessages: 0,
  rtpPacketsReceived: 0,
  rtpPacketsSent: 0,
  callbacks: 0,
  restExchanges: 0,
};

const NEEDS = ['call', 'rtp', 'webhook', 'rest'] as const;
type Need = (typeof NEEDS)[number];

const COUNTED: Readonly<Record<Need, { readonly by: keyof Counts; readonly name: string }>> = {
  call: { by: 'calls', name: 'SIP call' },
  rtp: { by: 'rtpPacketsReceived', name: 'RTP packet from the target' },
  webhook: { by: 'callbacks', name: 'callback' },
  rest: { by: 'restExchanges', name: 'REST answer' },
};

/** The sum of counts, kind by kind. */
export function addCounts(a: Counts, b: Counts): Counts {
  return {
    calls: a.calls + b.calls,
    sipMessages: a.sipMessages + b.sipMessages,
    rtpPacketsReceived: a.rtpPacketsReceived + b.rtpPacketsReceived,
    rtpPacketsSent: a.rtpPacketsSent + b.rtpPacketsSent,
    callbacks: a.callbacks + b.callbacks,
    restExchanges: a.restExchanges + b.restExchanges,
  };
}

/** Names of the kinds of traffic that were needed and of which nothing came. */
export function missing(needs: Needs, counts: Counts): string[] {
  return NEEDS.filter((need) => needs[need] === true && counts[COUNTED[need].by] === 0).map(
    (need) => COUNTED[need].name,
  );
}

/**
 * The vacuity gate of a run: a kind of traffic which at least one test needed and of which nothing came in the whole
 * run. Such a run has shown nothing, however green its tests are. A `whole` run, nothing filtered out, must also have
 * sent RTP when it needed some: a suite that only listens has not tried the target's receiving side.
 */
export function vacuous(
  tests: Iterable<{ readonly needs: Needs; readonly observed: Counts }>,
  whole: boolean,
): string[] {
  let seen = NO_TRAFFIC;
  const due = new Set<Need>();
  for (const test of tests) {
    seen = addCounts(seen, test.observed);
    for (const need of NEEDS) if (test.needs[need] === true) due.add(need);
  }
  const absent = missing(Object.fromEntries([...due].map((need) => [need, true])), seen);
  if (whole && due.has('rtp') && seen.rtpPacketsSent === 0) absent.push('RTP packet to the target');
  return absent.map((name) => `not one ${name} in the whole run`);
}
