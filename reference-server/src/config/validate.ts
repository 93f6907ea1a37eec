/** Schema and cross checks of the settings; every fault becomes one sentence with its place. */
import { Ajv, type ErrorObject } from 'ajv';
import { formats } from './formats.ts';
import { nearest } from './nearest.ts';
import { type RawConfig, type RawDomain, type Tree, toPointer } from './raw.ts';
import { configSchema } from './schema.ts';
import type { ConfigProblem } from './types.ts';

/** Where the value of a pointer came from: a line of a file, a variable, an option. */
export type Locate = (pointer: string, key?: string) => { readonly source: string; readonly line?: number };

const ajv = new Ajv({ allErrors: true, useDefaults: true, verbose: true, strict: true });
for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format.test);
const check = ajv.compile<RawConfig>(configSchema);

/** Fills in the defaults of `tree` in place. */
export function validateSettings(tree: Tree, locate: Locate): RawConfig | readonly ConfigProblem[] {
  const tell = (pointer: string, what: string, key?: string): ConfigProblem => {
    const { source, line } = locate(pointer, key);
    const place = line === undefined ? source : `${source}:${line}`;
    const shown = key === undefined ? pointer : pointer + toPointer([key]);
    const message = shown === '' ? `${place}: ${what}` : `${place}: ${shown}: ${what}`;
    return { source, pointer: shown, message, ...(line === undefined ? {} : { line }) };
  };
  if (!check(tree)) return (check.errors ?? []).map((error) => describe(error, tell));
  const problems = crossChecks(tree).map(({ pointer, what }) => tell(pointer, what));
  return problems.length > 0 ? problems : tree;
}

type Tell = (pointer: string, what: string, key?: string) => ConfigProblem;

function describe(error: ErrorObject, tell: Tell): ConfigProblem {
  const pointer = error.instancePath;
  const got = show(pointer, error.data);
  const params: Readonly<Record<string, unknown>> = error.params;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const known = Object.keys(Object(error.parentSchema?.properties ?? {}));
      const meant = nearest(key, known);
      const hint = meant === undefined ? `known here are ${known.join(', ')}` : `did you mean "${meant}"?`;
      return tell(pointer, `unknown setting, ${hint}`, key);
    }
    case 'required':
      return tell(pointer, `the setting "${String(params.missingProperty)}" is missing`);
    case 'dependencies':
      return tell(
        pointer,
        `the setting "${String(params.missingProperty)}" is missing beside "${String(params.property)}"`,
      );
    case 'type':
      return tell(pointer, `must be ${article(String(params.type))}${got}`);
    case 'enum': {
      const allowed = (Array.isArray(params.allowedValues) ? params.allowedValues : []).map(String);
      const meant = typeof error.data === 'string' ? nearest(error.data, allowed) : undefined;
      const hint = meant === undefined ? '' : `, did you mean "${meant}"?`;
      return tell(pointer, `must be one of ${allowed.join(', ')}${got}${hint}`);
    }
    case 'format':
      return tell(pointer, `must be ${formats[String(params.format)]?.wanted ?? String(params.format)}${got}`);
    default:
      return tell(pointer, `${error.message ?? 'is not valid'}${got}`);
  }
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

/** The value that was found, unless it is a secret or too large to read. */
function show(pointer: string, data: unknown): string {
  if (/secret|password/i.test(pointer)) return '';
  if (data === null) return ', not empty';
  if (typeof data === 'object') return Array.isArray(data) ? ', not a list' : ', not a mapping';
  return `, not ${JSON.stringify(data)?.slice(0, 80)}`;
}

interface Fault {
  readonly pointer: string;
  readonly what: string;
}

function crossChecks(config: RawConfig): Fault[] {
  const domains = config.domains ?? [];
  const { firstPort, lastPort } = config.media;
  return [
    ...(lastPort - firstPort < 3
      ? [{ pointer: '/media/lastPort', what: `must leave room for two RTP/RTCP pairs above firstPort ${firstPort}` }]
      : []),
    ...repeated(domains.map((domain, i) => ({ pointer: `/domains/${i}/name`, value: domain.name.toLowerCase() }))),
    ...repeated(
      domains.flatMap((domain, i) =>
        domain.sipHosts.map((host, j) => ({ pointer: `/domains/${i}/sipHosts/${j}`, value: host.toLowerCase() })),
      ),
    ),
    ...foreignNames(domains),
    ...repeated(
      domains.flatMap((domain, i) =>
        domain.numbers.map((range, j) => ({ pointer: `/domains/${i}/numbers/${j}`, value: range })),
      ),
    ),
    ...repeated(
      config.sip.listeners
        .map(({ protocol, host, port }, i) => ({
          pointer: `/sip/listeners/${i}`,
          value: `${protocol}:${host}:${port}`,
          any: port === 0,
        }))
        .filter((entry) => !entry.any),
    ),
    ...domains.flatMap((domain, i) => domainChecks(domain, `/domains/${i}`)),
    ...(config.cluster === undefined ? [] : domains.flatMap(ownSecret)),
  ];
}

/** A secret that each node makes for itself is no secret that they share. */
function ownSecret({ auth }: RawDomain, i: number): Fault[] {
  if (auth.secret !== undefined || auth.jwksUrl !== undefined) return [];
  return [
    { pointer: `/domains/${i}/auth`, what: 'needs "secret" or "jwksUrl" where there are several nodes (cluster)' },
  ];
}

/** A domain's name is one of its hosts, so nobody else may list it. */
function foreignNames(domains: readonly RawDomain[]): Fault[] {
  const owners = new Map(domains.map((domain) => [domain.name.toLowerCase(), domain]));
  return domains.flatMap((domain, i) =>
    domain.sipHosts.flatMap((host, j) => {
      const owner = owners.get(host.toLowerCase()) ?? domain;
      if (owner === domain) return [];
      return [{ pointer: `/domains/${i}/sipHosts/${j}`, what: `"${host}" is the name of another domain` }];
    }),
  );
}

function domainChecks(domain: RawDomain, pointer: string): Fault[] {
  const { auth } = domain;
  const faults = repeated(
    domain.instances.map(({ id }, i) => ({ pointer: `${pointer}/instances/${i}/id`, value: id })),
  );
  if (auth.secret !== undefined && auth.jwksUrl !== undefined) {
    faults.push({ pointer: `${pointer}/auth`, what: 'takes either "secret" or "jwksUrl", not both' });
  }
  if (auth.algorithms !== undefined && auth.jwksUrl === undefined) {
    faults.push({ pointer: `${pointer}/auth/algorithms`, what: 'belongs to "jwksUrl"; a secret is always HS256' });
  }
  return faults;
}

function repeated(entries: readonly { readonly pointer: string; readonly value: string }[]): Fault[] {
  const first = new Map<string, string>();
  return entries.flatMap(({ pointer, value }) => {
    const seen = first.get(value);
    if (seen === undefined) first.set(value, pointer);
    return seen === undefined ? [] : [{ pointer, what: `"${value}" is already used by ${seen}` }];
  });
}
