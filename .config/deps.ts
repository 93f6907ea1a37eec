/**
 * `npm run deps`: dependency-cruiser on every workspace. Its own command line ends each run with a warning that it does
 * not know TypeScript 7; swc reads the files instead, and rules.test.ts shows that each rule finds what it forbids,
 * type imports included. That one notice is left out here, everything else is printed.
 */
import { createRequire } from 'node:module';
import { cruise, format, type ICruiseOptions, type IFlattenedRuleSet } from 'dependency-cruiser';

const { forbidden, options } = createRequire(import.meta.url)('./dependency-cruiser.cjs') as {
  forbidden: NonNullable<IFlattenedRuleSet['forbidden']>;
  options: ICruiseOptions;
};
const { output } = await cruise(['spec', 'fixtures', 'reference-server', 'conformance', 'load'], {
  ...options,
  validate: true,
  ruleSet: { forbidden },
});
if (typeof output === 'string') throw new Error(output);
const { environment } = output.summary;
if (environment?.issues !== undefined) {
  environment.issues = environment.issues.filter((issue) => issue.name !== 'missing-tsc-transpiler');
}
const report = await format(output, { outputType: 'err' });
console.log(report.output);
process.exitCode = report.exitCode === 0 ? 0 : 1;
