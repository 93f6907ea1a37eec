import { readFileSync } from 'node:fs';
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
}
interface Thing {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly arguments?: string;
    readonly runner?: Pod;
    readonly initializer?: Pod;
    readonly selector?: Readonly<Record<string, unknown>>;
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
