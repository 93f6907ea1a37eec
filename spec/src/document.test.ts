import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject, loadOpenApi, openApiPath, resolve, webhooksAsPaths } from './document.ts';
import { callbackNames, operationIds, operations } from './tables.ts';
import { examplesAt } from './testing/examples.ts';
import {
  type Violation,
  validateCallbackAnswer,
  validateCallbackBody,
  validateOperationBody,
  validateSchema,
} from './validators.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spec-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a program of this package's dependencies. */
async function outcome(program: string, ...args: readonly string[]): Promise<{ ok: boolean; output: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [program, ...args], { env: { ...process.env, CI: 'true' } });
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    return { ok: false, output: isObject(error) ? `${error.stdout}${error.stderr}` : String(error) };
  }
}

/** A copy of the document with one text replaced. */
async function variant(name: string, from: string, to: string): Promise<string> {
  const text = await readFile(openApiPath, 'utf8');
  expect(text).toContain(from);
  const path = join(folder, name);
  await writeFile(path, text.replace(from, to));
  return path;
}

describe('redocly', () => {
  const lint = (path: string) =>
    outcome(
      here('../../node_modules/@redocly/cli/bin/cli.js'),
      'lint',
      path,
      '--config',
      here('../../.config/redocly.yaml'),
      '--format',
      'json',
    );
  const totals = (output: string) => JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)).totals;

  it('finds nothing in the document', async () => {
    const { ok, output } = await lint(fileURLToPath(openApiPath));
    expect(totals(output)).toMatchObject({ errors: 0, warnings: 0 });
    expect(ok).toBe(true);
  });

  it('finds an example that is not valid', async () => {
    const { output } = await lint(await variant('example.yaml', 'fileSize: 4711', 'fileSize: large'));
    expect(totals(output).warnings + totals(output).errors).toBeGreaterThan(0);
  });

  it('finds nothing in the side of the customer application', async () => {
    const path = join(folder, 'application.json');
    await writeFile(path, JSON.stringify(webhooksAsPaths(loadOpenApi())));
    const { output } = await lint(path);
    expect(totals(output).errors).toBe(0);
  });
});

describe('openapi-typescript', () => {
  const check = (document: string) =>
    outcome(
      here('../node_modules/openapi-typescript/bin/cli.js'),
      document,
      '--output',
      here('generated/openapi.ts'),
      '--check',
    );

  it('would generate what is committed', async () => {
    expect(await check(fileURLToPath(openApiPath))).toMatchObject({ ok: true });
  });

  it('notices types that are stale', async () => {
    const path = await variant('stale.yaml', 'enum: [drop, ivr, call, httpcall, connect]', 'enum: [drop, ivr, call]');
    expect(await check(path)).toMatchObject({ ok: false });
  });
});

describe('webhooksAsPaths', () => {
  const application = webhooksAsPaths(loadOpenApi());

  it.each(callbackNames)('serves %s by POST', (name) => {
    expect(resolve(application, 'paths', `/${name}`, 'post', 'operationId')).toBe(name);
  });

  it('has none of the paths of the API and leaves the document as it is', () => {
    expect(Object.keys(application.paths ?? {})).toHaveLength(callbackNames.length);
    expect(application.webhooks).toBeUndefined();
    expect(Object.keys(loadOpenApi().webhooks ?? {})).toHaveLength(callbackNames.length);
  });
});

type Example = readonly [string, unknown, (value: unknown) => readonly Violation[]];

const listed: readonly Example[] = [
  ...operationIds.flatMap((id) =>
    examplesAt('paths', operations[id].path, 'post', 'requestBody').map(
      ([name, value]): Example => [`${id} ${name}`, value, (it) => validateOperationBody(id, it)],
    ),
  ),
  ...callbackNames.flatMap((id) =>
    examplesAt('webhooks', id, 'post', 'requestBody').map(
      ([name, value]): Example => [`${id} ${name}`, value, (it) => validateCallbackBody(id, it)],
    ),
  ),
  ...(['newCall', 'getCallIdentifier', 'callEvent', 'newRemoteCall', 'getIvrCommand'] as const).flatMap((id) =>
    examplesAt('webhooks', id, 'post', 'responses', '200').map(
      ([name, value]): Example => [`answer to ${id}: ${name}`, value, (it) => validateCallbackAnswer(id, it)],
    ),
  ),
];

describe('examples', () => {
  it.each(listed)('%s is valid', (_name, value, validate) => {
    expect(value).toBeTypeOf('object');
    expect(validate(value)).toEqual([]);
  });

  const failures = Object.entries(resolve(loadOpenApi(), 'components', 'responses') as JsonObject).filter(
    ([, response]) => isObject(response) && 'content' in response,
  );
  it.each(failures.map(([name]) => name))('response %s is valid', (name) => {
    const values = examplesAt('components', 'responses', name);
    expect(values).toHaveLength(1);
    for (const [, value] of values) {
      const schema = name === 'Success' || name === 'Created' ? 'Success' : 'Error';
      expect(validateSchema(schema, value)).toEqual([]);
    }
  });
});

describe('components', () => {
  it.each(Object.keys(resolve(loadOpenApi(), 'components', 'schemas') as JsonObject))(
    '%s compiles in strict mode',
    (name) => {
      expect(() => validateSchema(name, {})).not.toThrow();
    },
  );
});
