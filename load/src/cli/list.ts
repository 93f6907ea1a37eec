import type { Io } from '@mediaservice/conformance/kit';
import { type ScenarioRow, scenarioNames, scenarioOf } from '../run/scenarios.ts';
import { NAME } from '../version.ts';
import { time } from './words.ts';

/** The scenarios, two lines each. */
export function listing(paint: Io['paint']): string {
  const width = Math.max(...scenarioNames.map((name) => name.length));
  const rows = scenarioNames.map((name) => {
    const row = scenarioOf(name);
    return `${paint('bold', name.padEnd(width))}  ${row.about}\n${' '.repeat(width)}  ${paint('dim', defaults(row))}`;
  });
  return `${rows.join('\n')}\n\n${paint('dim', `${NAME} run <scenario> --help shows what can be asked for.`)}\n`;
}

function defaults({ calls, rate, burst, durationSeconds, talkSeconds, mix }: ScenarioRow): string {
  const much =
    rate === undefined ? `${calls} at once` : `${rate} a second${burst === undefined ? '' : `, then ${rate * burst}`}`;
  const shares = Object.entries(mix);
  return [
    `${much} for ${time(durationSeconds)}`,
    ...(talkSeconds > 0 ? [`calls of ${time(talkSeconds)}`] : []),
    ...(shares.length > 1 ? [shares.map(([name, share]) => `${name} ${Math.round(share * 100)} %`).join(', ')] : []),
  ].join(', ');
}
