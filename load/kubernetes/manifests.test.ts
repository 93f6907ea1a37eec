import { readdirSync, readFileSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const documents = (name: string): Thing[] => parseAllDocuments(read(name)).map((document) => document.toJS() as Thing);

interface Pod {
  readonly volumes?: readonly {
    readonly name: string;
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext?: { readonly fsGroup?: number };
}
interface Thing {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly arguments?: string;
    readonly runner?: Pod;
    readonly initializer?: Pod;
    readonly selector?: Readonly<Record<string, unknown>>;
    readonly template?: { readonly spec: Pod };
  };
}

const [testRun] = documents('testrun.yaml');
const application = documents('application.yaml');

describe('the TestRun', () => {
  it('has only fields that the operator knows, each of its type', () => {
    const validate = new Ajv2020({ strict: true }).compile(JSON.parse(read('testrun.schema.json')) as object);
    expect(validate(testRun) ? [] : validate.errors).toEqual([]);
  });

  it.each(['runner', 'initializer'] as const)('mounts in the %s only volumes that it has', (role) => {
    const pod = testRun?.spec[role];
    const names = pod?.volumes?.map(({ name }) => name) ?? [];
    expect(pod?.volumeMounts?.length).toBeGreaterThan(0);
    expect(pod?.volumeMounts?.filter(({ name }) => !names.includes(name))).toEqual([]);
  });

  it('names in its arguments only variables of the runner, and writes where a volume is', () => {
    const { arguments: text = '', runner } = testRun?.spec ?? {};
    const names = runner?.env?.map(({ name }) => name);
    const used = [...text.matchAll(/\$\((\w+)\)/g)].map(([, name]) => name);
    expect(used).toEqual(['POD_NAME']);
    expect(used.filter((name) => !names?.includes(name ?? ''))).toEqual([]);
    const out = /json=(\/\S+)/.exec(text)?.[1] ?? '';
    expect(runner?.volumeMounts?.some(({ mountPath }) => out.startsWith(`${mountPath}/`))).toBe(true);
  });

  it('tells the generators what the scripts read', () => {
    const names = testRun?.spec.runner?.env?.map(({ name }) => name);
    const world = read('../scenarios/lib/world.ts');
    const wanted = [...world.matchAll(/__ENV\.(\w+)/g)].map(([, name]) => name);
    expect(wanted).toContain('LOAD_SETTING');
    expect(wanted.filter((name) => !names?.includes(name ?? ''))).toEqual([]);
  });

  it('keeps the statistics of trends that the dashboard shows', () => {
    const stats = testRun?.spec.runner?.env?.find(({ name }) => name === 'K6_PROMETHEUS_RW_TREND_STATS')?.value;
    const guide = /K6_PROMETHEUS_RW_TREND_STATS='([^']+)'/.exec(read('../../docs/load.md'))?.[1];
    expect(stats).toBe(guide);
  });
});

describe('the application', () => {
  it('is a Deployment, a Service and a claim, and the Service finds it', () => {
    expect(application.map(({ kind }) => kind)).toEqual(['Deployment', 'Service', 'PersistentVolumeClaim']);
    const [deployment, service] = application;
    expect(deployment?.spec.selector?.matchLabels).toEqual(service?.spec.selector);
  });

  it('writes to the claim that the generators write to', () => {
    const claim = application.find(({ kind }) => kind === 'PersistentVolumeClaim')?.metadata.name;
    expect(testRun?.spec.runner?.volumes?.map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName)).toEqual(
      [claim],
    );
    expect(read('application.yaml')).toContain(`claimName: ${claim}`);
  });
});

it('lets the users of the images write to a fresh claim, each in the same group', () => {
  const [deployment] = application;
  const groups = [testRun?.spec.runner, deployment?.spec.template?.spec].map((pod) => pod?.securityContext?.fsGroup);
  // The user of the generators' image; the application's is another one.
  const [, user] = /--uid (\d+)/.exec(read('../Dockerfile')) ?? [];
  expect(groups).toEqual([Number(user), Number(user)]);
});

describe('the image of the application', () => {
  const top = fileURLToPath(new URL('../../', import.meta.url));
  const lines = read('../../.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  /** The last line that names a path, or a folder above it, decides (Docker's .dockerignore). */
  const isSent = (path: string): boolean => {
    const parts = path.split('/');
    const above = parts.map((_, i) => parts.slice(0, i + 1).join('/'));
    const last = lines.findLast((line) => above.some((one) => matchesGlob(one, line.replace('!', ''))));
    return last?.startsWith('!') ?? true;
  };
  const copied = [...read('Dockerfile').matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
  const isCopied = (path: string): boolean => copied.some((one) => path === one || path.startsWith(`${one}/`));
  const filesOf = (folder: string): string[] =>
    readdirSync(`${top}${folder}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(top.length))
      .filter((path) => !path.includes('node_modules/'));

  it.each(['load/bin', 'load/src', 'load/scenarios', 'conformance/src', 'spec', 'fixtures', 'reference-server/src'])(
    'has all of %s',
    (folder) => {
      const files = filesOf(folder);
      expect(files.length).toBeGreaterThan(0);
      expect(files.filter((path) => !isSent(path) || !isCopied(path))).toEqual([]);
    },
  );

  it.each(['package.json', 'package-lock.json', '.npmrc', 'load/package.json', 'conformance/package.json'])(
    'has %s, of which npm installs',
    (path) => {
      expect([isSent(path), isCopied(path)]).toEqual([true, true]);
    },
  );

  it.each([
    'node_modules/k6',
    'load/node_modules/x/index.js',
    'reports/load/report.json',
    '.git/config',
    'load/sip/go.mod',
  ])('has not %s', (path) => {
    expect(isSent(path) && isCopied(path)).toBe(false);
  });
});
