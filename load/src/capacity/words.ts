/** What a search tells on the terminal. Its last line is read by scripts, so its form never changes. */
import type { Io } from '@mediaservice/conformance/kit';
import { ms, percent, time } from '../cli/words.ts';
import { isMeasure, measureOf } from '../figures/measures.ts';
import { sentenceOf } from '../figures/objectives.ts';
import { EXIT } from '../report/model.ts';
import { foundIn, stepOf } from './found.ts';
import type { CapacityReport, CapacitySearch, CapacityStep, Wanted } from './model.ts';
import { type CapacityPlan, stepSeconds } from './plan.ts';
import { expectedSteps } from './search.ts';

type Paint = Io['paint'];
const unit = { calls: 'calls at once', rate: 'calls a second' } as const;

export function planLine(plan: CapacityPlan): string {
  const { setting, steeredBy, scenario } = plan;
  // A limit at eight times the start stands for many.
  const limit = Math.min(setting.most, setting.start * 8);
  const steps = expectedSteps(setting, limit);
  const minutes = (steps * stepSeconds(plan) + setting.confirmSeconds - setting.durationSeconds) / 60;
  return (
    `capacity of ${scenario}, ${unit[steeredBy]}: from ${setting.start}, at most ${setting.most}, to ${percent(setting.resolution)}; ` +
    `a step takes about ${time(Math.round(stepSeconds(plan)))}, all perhaps ${Math.ceil(minutes)} min (${steps} steps if the limit is near ${limit})`
  );
}

export const stepTitle = (number: number, { load, purpose }: Wanted): string => `step ${number}: ${load}, ${purpose}`;

export function stepLine(step: CapacityStep, paint: Paint): string {
  const { measures, verdict } = step;
  const setup = measures['setup.p95'];
  const cores = measures['target.cores'];
  const facts = [
    ...(setup === undefined ? [] : [`setup p95 ${ms(setup)}`]),
    ...(measures['calls.failed'] ? [`${measures['calls.failed']} failed`] : []),
    ...(cores === undefined ? [] : [`target ${cores.toFixed(2)} cores`]),
  ].join(', ');
  switch (verdict) {
    case 'held':
      return `${paint('good', '✓')} ${step.load} held${facts === '' ? '' : ` (${facts})`}`;
    case 'broken':
      return `${paint('bad', '✗')} ${step.load} did not hold: ${(step.broken.length > 0 ? step.broken.map(sentenceOf) : step.reasons).join('; ')}`;
    case 'generator':
      return `${paint('warn', '?')} ${step.load}: ${step.reasons.join('; ')}`;
    default:
      return verdict satisfies never;
  }
}

type Ending = Pick<CapacityReport, 'ending'>;

/** One search in a sentence without its full stop; `ending` of all searches, once they are over. */
export function sentence(search: CapacitySearch, { ending }: Ending = {}): string {
  const { scenario, steeredBy, found, steps } = search;
  const figure =
    found.load === 0
      ? `${scenario}: no load held`
      : `${scenario}: ${lowerBound(found.limit) ? 'at least ' : ''}${found.load} ${unit[steeredBy]}${found.confirmed ? '' : ', not confirmed'}`;
  const setup = stepOf(steps, found)?.measures['setup.p95'];
  const quality = setup === undefined || found.load === 0 ? '' : ` with setup p95 ${ms(setup)}`;
  return `${figure}${quality}; ${limitedBy(search, ending?.exitCode === EXIT.harnessError)}`;
}

const lowerBound = (limit: CapacitySearch['found']['limit']): boolean => limit !== 'objective';

function limitedBy({ found, setting, steps }: CapacitySearch, brokeUs: boolean): string {
  const at = found.limitedAt;
  switch (found.limit) {
    case 'objective': {
      const titles = found.broken.map((name) => (isMeasure(name) ? measureOf(name).title : name));
      const why = titles.length > 0 ? titles.join(', ') : (steps.findLast(({ load }) => load === at)?.reasons[0] ?? '');
      return `limited by ${why} at ${at}`;
    }
    case 'generator':
      return `limited by ${disturbed(steps, at) ? 'other programs on its machine, busy' : 'the generator, saturated'} at ${at}: a lower bound for the target`;
    case 'bound':
      return `the bound of ${setting.most} was reached: a lower bound for the target`;
    case 'stopped':
      if (brokeUs)
        return `ended as the kit or k6 broke, ${at === undefined ? 'before anything else did' : `after ${at} did not hold`}`;
      return at === undefined ? 'stopped before anything broke' : `stopped; ${at} did not hold`;
    default:
      return found.limit satisfies never;
  }
}

/** Others had the time that the generator or the target wanted. */
const disturbed = (steps: CapacitySearch['steps'], at: number | undefined): boolean =>
  steps.findLast(({ load }) => load === at)?.reasons[0]?.startsWith('other programs') === true;

export const lastLine = ({ searches, ...ended }: Pick<CapacityReport, 'searches'> & Ending): string =>
  `load: capacity: ${searches.length === 0 ? 'nothing was tried' : searches.map((search) => sentence(search, ended)).join(' | ')}`;

/** A search of which nothing is known yet. */
export const unsearched = ({ scenario, steeredBy, setting }: CapacityPlan): CapacitySearch => ({
  ...{ scenario, steeredBy, setting, steps: [], found: foundIn(setting, []) },
});
