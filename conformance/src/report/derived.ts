import { badgeOf, badgeSvg, shieldsJson } from './badge.ts';
import { ctrf } from './formats/ctrf.ts';
import { markdown } from './formats/markdown.ts';
import { tap } from './formats/tap.ts';
import { reportPage } from './html/page.ts';
import { junit } from './junit.ts';
import type { Report, Timelines } from './model.ts';

/** What is written beside report.json and says nothing that is not in it or in the timelines: the same report gives the same files. */
export function derivedFiles(
  report: Report,
  timelines: Timelines,
): readonly { readonly name: string; readonly content: string }[] {
  const badge = badgeOf(report);
  return [
    { name: 'junit.xml', content: junit(report) },
    { name: 'ctrf.json', content: ctrf(report) },
    { name: 'report.tap', content: tap(report) },
    { name: 'summary.md', content: markdown(report) },
    { name: 'badge.svg', content: badgeSvg(badge) },
    { name: 'badge.json', content: shieldsJson(badge) },
    { name: 'report.html', content: reportPage(report, timelines) },
  ];
}
