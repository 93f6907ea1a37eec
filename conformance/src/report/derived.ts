import { badgeOf, badgeSvg, shieldsJson } from './badge.ts';
import { ctrf } from './formats/ctrf.ts';
import { markdown } from './formats/markdown.ts';
import { tap } from './formats/tap.ts';
import { reportPage } from './html/page.ts';
import { junit } from './junit.ts';
import type { Report, Timelines } from './model.ts';
import { DERIVED } from './names.ts';

/** What is written beside report.json and says nothing that is not in it or in the timelines: the same report gives the same files. */
export function derivedFiles(
  report: Report,
  timelines: Timelines,
): readonly { readonly name: string; readonly content: string }[] {
  const badge = badgeOf(report);
  const contents: Readonly<Record<(typeof DERIVED)[number], string>> = {
    'junit.xml': junit(report),
    'ctrf.json': ctrf(report),
    'report.tap': tap(report),
    'summary.md': markdown(report),
    'badge.svg': badgeSvg(badge),
    'badge.json': shieldsJson(badge),
    'report.html': reportPage(report, timelines),
  };
  return DERIVED.map((name) => ({ name, content: contents[name] }));
}
