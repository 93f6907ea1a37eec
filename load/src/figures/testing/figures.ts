/** Figures for tests: of a run of which all is well, with changes. */
import { Histogram } from '../histogram.ts';
import type { Figures } from '../model.ts';

interface Changes {
  readonly calls?: Partial<Figures['calls']>;
  /** Legs, all of which heard audio. */
  readonly heard?: number;
  /** p95 of the generator's own lateness. */
  readonly lateMs?: number;
  readonly busyCores?: number;
  readonly othersCores?: number;
  readonly applicationBusy?: number;
}

export function figuresOf({
  calls,
  heard,
  lateMs = 1,
  busyCores = 0.3,
  othersCores = 0.1,
  applicationBusy = 0.1,
}: Changes = {}): Figures {
  const late = new Histogram();
  late.add(lateMs);
  const latenessMs = late.summary();
  return {
    calls: {
      ...{ attempted: 10, completed: 10, failed: 0, reasons: {}, mostAtOnce: 5, perSecond: 2, notBegun: 0 },
      ...calls,
    },
    ...(heard !== undefined && { audio: { legs: heard, heard, heardShare: 1 } }),
    callbacks: { answered: {}, alarms: {}, missingCompleted: 0, doubledCompleted: 0, unexpected: 0 },
    retransmissions: 0,
    generator: { cpuSeconds: 1, busyCores, othersCores, cores: 2, mostBytes: 1, ...(latenessMs && { latenessMs }) },
    application: { cpuSeconds: 1, busyShare: applicationBusy },
  };
}
