// Says what failed in the words of GitHub's workflow commands, and writes the counts to the outputs of the step.
// Plain JavaScript without imports from the suite: it reads report.json, whose form is spec/report.schema.json.
import { appendFileSync, readFileSync } from 'node:fs';

/** GitHub shows ten annotations of a kind for each step; the summary has them all. */
const MOST = 10;

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));

/** Text of a command: what a target says must not end it and begin another. */
const data = (text) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
const command = (kind, title, text) => process.stdout.write(`::${kind} title=${property(title)}::${data(text)}\n`);

function words(test) {
  const missed = test.expectations
    .filter(({ ok, level }) => !ok && level === 'must')
    .map(({ requirement, what, expected, actual }) => `${requirement}: ${what}: expected ${expected}, came ${actual}`);
  const reasons = test.reasons.map(({ requirement, text }) => (requirement ? `${requirement}: ${text}` : text));
  return [test.title, ...(missed.length > 0 ? missed : reasons)].join('\n');
}

const is = (verdict) => (test) => test.verdict === verdict && test.knownFailure === undefined;
for (const [kind, verdict] of [
  ['error', 'fail'],
  ['error', 'harness-error'],
  ['warning', 'warning'],
  ['warning', 'inconclusive'],
]) {
  for (const test of report.tests.filter(is(verdict)).slice(0, MOST))
    command(kind, `${verdict}: ${test.id}`, words(test));
}
// With --repeat the report is the last repetition, and only the list of them knows of the others.
const again =
  report.repetitions === undefined
    ? report.tests
        .filter(({ earlier, verdict }) => earlier !== undefined && verdict !== 'inconclusive')
        .map(({ id, title, earlier }) => ({ id, text: `${title}\n${earlier[0].reasons[0].text}` }))
    : report.repetitions.runs.flatMap(({ askedAgain = [] }, i) =>
        askedAgain.map(({ id, reason }) => ({ id, text: `in repetition ${i + 1}: ${reason}` })),
      );
for (const { id, text } of again.slice(0, MOST)) command('notice', `asked again: ${id}`, text);

for (const reason of report.ending.reasons)
  command(report.ending.exitCode === 0 ? 'notice' : 'error', 'conformance', reason);

const { passed, failed, skipped, covered, total } = report.summary;
const output = process.env.GITHUB_OUTPUT;
if (output) {
  const lines = Object.entries({ passed, failed, skipped, covered, total }).map(
    ([name, value]) => `${name}=${value}\n`,
  );
  appendFileSync(output, lines.join(''));
}
