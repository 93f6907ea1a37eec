import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeWhole } from '../../report/write.ts';
import type { SelftestResult } from '../run.ts';

/** What became of the suite with a variant: `variant.json`. */
export interface VariantReport {
  readonly kind: 'variant';
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly scenarios: readonly { readonly scenario: string; readonly verdict: string; readonly text: string }[];
  /** Faults of the self test, a sentence each. */
  readonly errors: readonly string[];
  /** The run was stopped: the figures are of a part. */
  readonly interrupted: boolean;
}

export function variantReport(name: string, { unmutated, errors, interrupted }: SelftestResult): VariantReport {
  const passed = unmutated.filter(({ verdict }) => verdict === 'pass' || verdict === 'warning').length;
  const scenarios = unmutated.map(({ scenario, verdict, reasons }) => ({
    ...{ scenario, verdict },
    text: reasons[0]?.text ?? '',
  }));
  return { kind: 'variant', name, passed, failed: unmutated.length - passed, scenarios, errors, interrupted };
}

export async function writeVariantReport(directory: string, report: VariantReport): Promise<void> {
  const root = resolve(directory);
  await mkdir(root, { recursive: true });
  await writeWhole(join(root, 'variant.json'), `${JSON.stringify(report, null, 2)}\n`);
}
