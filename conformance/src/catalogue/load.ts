import { loadCatalogue, type Requirement } from '@mediaservice/spec';
import type { RequirementRow } from './row.ts';

type Source = Requirement['source'][number];

/** The catalogue as the suite reads it: sources are text, ready to be shown. */
export function loadRows(): RequirementRow[] {
  return loadCatalogue().map(({ source, ...row }) => ({ ...row, source: source.map(sourceText).join('; ') }));
}

/** `callback newCall, calledParty` · `D-DTMF` · `RFC 4733 2.5`. */
export function sourceText(source: Source): string {
  if ('decision' in source) return source.decision;
  if ('rfc' in source) return join(`RFC ${source.rfc}`, ' ', source.section);
  if ('schema' in source) return join(`schema ${source.schema}`, ', ', source.property);
  const name = 'operation' in source ? `operation ${source.operation}` : `callback ${source.callback}`;
  return join(join(name, ' ', source.part), ', ', source.property);
}

function join(text: string, between: string, more: string | undefined): string {
  return more === undefined ? text : `${text}${between}${more}`;
}
