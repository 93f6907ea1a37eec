import type { KeyObject } from 'node:crypto';
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../report/model.ts';
import { ReportError } from '../../report/write.ts';
import type { RunResult } from '../../run/result.ts';
import { why } from '../../why.ts';
import { redactFiles } from '../files.ts';
import { Redactor } from '../redactor.ts';
import { secretsOf } from '../secrets.ts';
import { type RunFacts, writeFacts } from './facts.ts';
import { aboutOf, seal } from './manifest.ts';
import { pack } from './pack.ts';

/** Makes a bundle of a report's folder, when everything else lies in it. */
export async function sealBundle(
  directory: string,
  facts: Omit<RunFacts, 'formatVersion' | 'scenarios' | 'crashed' | 'unfinished' | 'result'>,
  result: RunResult,
  report: Report,
  more: { readonly key: KeyObject | undefined; readonly pack: string | undefined },
): Promise<void> {
  const evidence = join(directory, 'evidence');
  const redactor = new Redactor(secretsOf(facts.target));
  // What ended in the middle could not look after its own files.
  const ended = result.scenarios.filter(({ selected, outcome }) => selected && outcome === undefined);
  for (const { meta } of ended) await redactFiles(join(evidence, meta.id), redactor);
  await writeFacts(directory, facts, result);
  await seal(directory, aboutOf(report, facts.catalogue), more.key);
  if (more.pack === undefined) return;
  try {
    await pack(directory, more.pack);
  } catch (cause) {
    // Half a bundle is none; a device is none of ours to take away.
    const half = await lstat(more.pack).catch(() => undefined);
    if (half?.isFile() === true) await rm(more.pack, { force: true });
    throw new ReportError(`the bundle cannot be packed into ${more.pack}: ${why(cause)}`, { cause });
  }
}
