import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimelineEntry } from '../../harness/timeline.ts';
import { derivedFiles } from '../../report/derived.ts';
import { evidenceFiles } from '../../report/evidence.ts';
import type { Report, Timelines } from '../../report/model.ts';
import { sameTimeline } from './likeness.ts';

/**
 * Makes again what stands beside report.json, and holds it against what lies there: each timeline against that of the record,
 * each derived file against what report and timelines make.
 * @param open tests that were not judged again; their timelines stay what they are.
 * @returns a sentence on each file that is another one.
 */
export async function remade(
  directory: string,
  stated: Report,
  found: Timelines,
  open: ReadonlySet<string>,
): Promise<string[]> {
  const differences: string[] = [];
  const told = new Map<string, readonly TimelineEntry[]>();
  const held = async (name: string, content: string, made: string): Promise<void> => {
    const there = await textOf(directory, name);
    if (there !== content) differences.push(`${name}: ${there === undefined ? 'it is not there' : made}`);
  };
  for (const { id, evidence, startedAt } of stated.tests) {
    // Of another place the comparison of the reports tells; nothing outside of the bundle is read.
    if (evidence !== `evidence/${id}` || id.split('/').includes('..')) continue;
    const name = `${evidence}/timeline.json`;
    const timeline = timelineOf(await textOf(directory, name));
    if (timeline === undefined) {
      differences.push(`${name}: it cannot be read`);
      continue;
    }
    told.set(id, timeline);
    if (!open.has(id) && !sameTimeline(timeline, found.get(id) ?? []))
      differences.push(`${name}: it is not what the record leads to`);
    for (const file of evidenceFiles(timeline, startedAt))
      if (file.name !== 'timeline.json')
        await held(`${evidence}/${file.name}`, file.content, 'it is not what the timeline makes');
  }
  for (const { name, content } of madeOf(stated, told))
    await held(name, content, 'it is not what report.json and the timelines make');
  return differences;
}

/** A report that has another form than ours cannot be shown; that it has is told by the comparison. */
function madeOf(stated: Report, told: Timelines): ReturnType<typeof derivedFiles> {
  try {
    return derivedFiles(stated, told);
  } catch {
    return [{ name: 'report.json', content: '' }];
  }
}

const textOf = (directory: string, name: string): Promise<string | undefined> =>
  readFile(join(directory, name), 'utf8').catch(() => undefined);

function timelineOf(text: string | undefined): readonly TimelineEntry[] | undefined {
  try {
    const content: unknown = JSON.parse(text ?? '');
    const whole = Array.isArray(content) && content.every((entry) => typeof entry?.detail?.type === 'string');
    return whole ? (content as TimelineEntry[]) : undefined;
  } catch {
    return undefined;
  }
}
