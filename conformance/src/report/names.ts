/** Names of the files that a run makes of report.json and the timelines, in the order in which they are written. */
export const DERIVED = [
  'junit.xml',
  'ctrf.json',
  'report.tap',
  'summary.md',
  'badge.svg',
  'badge.json',
  'report.html',
] as const;

/** All that a run writes into its report's folder itself; the rest of it is below `EVIDENCE`. Anything else there is somebody else's. */
export const REPORT_FILES: readonly string[] = ['report.json', ...DERIVED];
export const EVIDENCE = 'evidence';
