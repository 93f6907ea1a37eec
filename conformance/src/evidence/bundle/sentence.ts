import type { Comparison } from './compare.ts';

/** The last line of `judge`; scripts read it, so its form never changes. */
export const judgedLine = ({ same, differences, unjudged }: Comparison): string =>
  `judged again: ${same} verdicts the same, ${differences.length} differences, ${unjudged.length} not re-judged`;
