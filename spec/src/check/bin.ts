import { loadCatalogue } from '../catalogue.ts';
import { frozenVersions, loadFrozen } from '../frozen.ts';
import { checkCatalogue } from './check.ts';
import { checkFrozen } from './frozen.ts';
import { checkHints } from './hints.ts';
import { readHintInputs, readInputs, readProfileInputs } from './inputs.ts';
import { checkProfiles } from './profiles.ts';

const catalogue = checkCatalogue(readInputs());
// Rows that are not what their schema says are of no use to the others.
const problems =
  catalogue.length > 0
    ? catalogue
    : [
        ...checkHints(readHintInputs()),
        ...checkProfiles(readProfileInputs()),
        ...checkFrozen(
          frozenVersions().map((version) => loadFrozen(version)),
          loadCatalogue(),
        ),
      ];
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
