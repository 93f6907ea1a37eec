import { loadCatalogue } from '../catalogue.ts';
import { checkCatalogue } from './check.ts';
import { readInputs } from './inputs.ts';

const problems = checkCatalogue(readInputs());
for (const problem of problems) console.error(problem);
if (problems.length === 0) {
  const rows = loadCatalogue();
  const count = (key: 'level' | 'area') =>
    [...Map.groupBy(rows, (row) => row[key])].map(([name, list]) => `${name} ${list.length}`).join(', ');
  console.log(`by level: ${count('level')}`);
  console.log(`by area: ${count('area')}`);
  console.log(
    `catalogue: ${rows.length} rows, ${rows.filter((row) => row.untestable !== undefined).length} untestable`,
  );
} else {
  console.log(`catalogue: ${problems.length} problems`);
  process.exitCode = 1;
}
