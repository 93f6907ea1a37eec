/** The suite's own scenarios against the catalogue: what nobody tests has a reason, and every part of the API has a test. */
import { callbackNames, loadCatalogue, operationIds } from '@mediaservice/spec';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ScenarioMeta } from '../harness/types.ts';
import { scenarioAreas } from '../run/areas.ts';
import { patientFiles, scenarioFiles } from '../run/files.ts';
import { collectScenarios } from '../run/run.ts';
import { judgeable } from './reason.ts';

let ordinary: readonly ScenarioMeta[];
let patient: readonly ScenarioMeta[];
beforeAll(async () => {
  [ordinary, patient] = await Promise.all([collectScenarios(scenarioFiles(false)), collectScenarios(patientFiles())]);
}, 60_000);

const catalogue = loadCatalogue();
const named = (scenarios: readonly ScenarioMeta[]) => new Set(scenarios.flatMap(({ requirements }) => requirements));

describe('the scenarios', () => {
  it('name every requirement, or there is a reason why none does', () => {
    const [now, later] = [named(ordinary), named(patient)];
    const without = catalogue.filter(({ slug }) => !now.has(slug) && !later.has(slug));
    expect(without.filter(judgeable).map(({ slug }) => slug)).toEqual([]);
  });

  it('leave to --patient only what waits for more than a minute', () => {
    const waits = patient.filter(({ timeoutMs = 0 }) => timeoutMs <= 60_000).map(({ id }) => id);
    expect(waits).toEqual([]);
  });

  it('are of the areas that completion offers', () => {
    expect([...new Set([...ordinary, ...patient].map(({ area }) => area))].toSorted()).toEqual(scenarioAreas);
  });

  it('name nothing that the catalogue does not have', () => {
    const slugs = new Set(catalogue.map(({ slug }) => slug));
    expect([...named([...ordinary, ...patient])].filter((slug) => !slugs.has(slug))).toEqual([]);
  });

  const rowsOf = (part: 'operation' | 'callback', name: string) =>
    catalogue.filter((row) => row.source.some((source) => part in source && Object.values(source).includes(name)));

  it.each([
    ...operationIds.map((id) => ['operation', id] as const),
    ...callbackNames.map((name) => ['callback', name] as const),
  ])('show requirements of the %s %s over SIP', (part, name) => {
    const rows = new Set(rowsOf(part, name).map(({ slug }) => slug));
    const over = ordinary.filter(({ needs, requirements }) => {
      const seen = part === 'operation' ? needs.rest : needs.webhook;
      return needs.call === true && seen === true && requirements.some((slug) => rows.has(slug));
    });
    expect(over.map(({ id }) => id)).not.toEqual([]);
  });
});
