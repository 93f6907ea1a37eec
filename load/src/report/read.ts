/** Reports that are there already. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SettingsError } from '@mediaservice/conformance/kit';
import { FORMAT_VERSION, type LoadReport } from './model.ts';

/**
 * @param path report.json, or the folder that it lies in.
 * @throws {SettingsError} when it cannot be read as a report.
 */
export async function readReport(path: string): Promise<LoadReport> {
  const content = await readJson(path, 'report.json');
  if (!isReport(content))
    throw new SettingsError('bad-report', `${path} is no report.json of format ${FORMAT_VERSION} of a load run.`);
  return content;
}

/** @throws {SettingsError} */
export async function readJson(path: string, name: string): Promise<unknown> {
  try {
    const file = (await stat(path)).isDirectory() ? join(path, name) : path;
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const why = missing ? `there is no ${name}` : cause instanceof Error ? cause.message : String(cause);
    throw new SettingsError('bad-report', `${path} cannot be read as a report: ${why}.`, { cause });
  }
}

/** What the schema demands of a whole report is checked when one is written; here it only must be one of ours. */
function isReport(content: unknown): content is LoadReport {
  if (typeof content !== 'object' || content === null) return false;
  const { formatVersion, figures, objectives, series, ending } = content as Partial<Record<keyof LoadReport, unknown>>;
  return (
    formatVersion === FORMAT_VERSION &&
    typeof figures === 'object' &&
    Array.isArray(objectives) &&
    Array.isArray(series) &&
    typeof ending === 'object'
  );
}
