import type { SippCounters } from './types.ts';

/** Cumulative counters of the last line of SIPp's statistics file (`-trace_stat`, separated by semicolons). */
export function parseStatistics(csv: string): SippCounters {
  const lines = csv.split('\n').filter((line) => line.includes(';'));
  const names = lines[0]?.split(';') ?? [];
  const values = lines.length > 1 ? (lines.at(-1)?.split(';') ?? []) : [];
  const value = (name: string): number => {
    const number = Number(values[names.indexOf(name)]);
    return Number.isFinite(number) ? number : 0;
  };
  return {
    created: value('TotalCallCreated'),
    successful: value('SuccessfulCall(C)'),
    failed: value('FailedCall(C)'),
    retransmissions: value('Retransmissions(C)'),
    unexpected: value('FailedUnexpectedMessage(C)'),
    outOfCall: value('OutOfCallMsgs(C)'),
  };
}

/** Entries of SIPp's error log, one line each, without their time and without the dump of the whole message. */
export function parseErrors(log: string): string[] {
  return log
    .split(/^(?=\d{4}-\d\d-\d\d[ \t]\d\d:\d\d:\d\d)/m)
    .map((entry) => entry.replace(/^\S+[ \t]\S+[ \t]+[\d.]+:\s*/, '').trim())
    .filter((entry) => entry !== '' && !entry.startsWith('The following events occurred'))
    .map((entry) => entry.replace(/\s+/g, ' '));
}

/** Why a leg is not well, in a sentence; undefined when every call was successful. */
export function judge(counters: SippCounters, expected: number, errors: readonly string[]): string | undefined {
  if (counters.failed === 0 && counters.successful === expected && counters.created === expected) return undefined;
  const counted = `SIPp counted ${counters.created} of ${expected} calls, ${counters.successful} successful, ${counters.failed} failed`;
  const why = errors.at(-1);
  return why === undefined ? counted : `${counted}: ${why.length > 400 ? `${why.slice(0, 400)}…` : why}`;
}

/**
 * Whether SIPp failed of itself: it could not start (a port was taken, the scenario is wrong), or aborted a call because of
 * the suite's own signal. `called`: it calls, so that no call at all is its own doing unless nobody let it connect.
 */
export function brokeItself(counters: SippCounters, errors: readonly string[], called: boolean): boolean {
  if (
    errors.some(
      (error) => /unexpected message .*received '\s*GO /.test(error) || /unable to bind|cannot bind/i.test(error),
    )
  )
    return true;
  return called && counters.created === 0 && errors.length > 0 && !errors.some((error) => /connect/i.test(error));
}
