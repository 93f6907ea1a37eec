import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen, shut } from '../../drivers/http.ts';
import { freePort } from '../../drivers/ports.ts';
import { engine, image, leftOf, leftOfUs, runsOf } from '../../engine/testing/engine.ts';
import { httpClient, httpServer } from '../../engine/testing/server.ts';
import { loadTarget } from '../load.ts';
import { type RunningTarget, TargetError } from '../types.ts';
import { standsAlone } from './compose.ts';
import { prepareSite, type Site } from './start.ts';

let directory = '';
const sites: Site[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'container-test-'));
});
afterEach(async () => {
  await Promise.all(sites.splice(0).map((site) => site.dispose()));
  await rm(directory, { recursive: true, force: true });
});

/** Starts the target of a file with this container, in the words of JSON. */
async function start(container: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<RunningTarget> {
  const file = join(directory, 'target.yaml');
  const whole = {
    name: 'theirs',
    domain: 'd',
    credentials: { kind: 'bearer', token: 'known-to-nobody' },
    numbers: { prefix: '1', first: 1, last: 9 },
    container: { stopMs: 0, ...container },
    ...more,
  };
  await writeFile(file, JSON.stringify(whole));
  const { container: spec } = await loadTarget(file);
  if (spec === undefined) throw new Error('the file has no container');
  const site = await prepareSite(spec);
  sites.push(site);
  return site.start(await loadTarget(file, {}, site.places));
}

/** Placeholders of a target file. */
const suitePlace = `\${suite.host}`;
const targetPlace = `\${target.host}`;

const shell = (script: string): string[] => ['sh', '-c', script];
const patient = 120_000;

describe.skipIf(engine === undefined || image === undefined)('a target in a container, on a real engine', () => {
  it('is reached, reaches the suite by name and address, keeps its log, and leaves nothing', {
    timeout: patient,
  }, async () => {
    const heard: string[] = [];
    const suite = createServer((request, response) => {
      heard.push(request.url ?? '');
      response.end();
    });
    const { port } = await listen(suite, '0.0.0.0', 0);
    const script = `cat /etc/told; ${httpClient('suite', port)}; ${httpClient("'$SUITE'", port)}; ${httpServer(8080)}`;
    const running = await start({
      image,
      command: shell(script),
      env: { SUITE: suitePlace },
      files: [{ to: '/etc/told', content: `I am ${targetPlace}\n` }],
    });
    const { sip } = running.target;
    expect((await fetch(running.target.rest.baseUrl)).status).toBe(200);
    expect(heard).toEqual(['/suite', `/${running.target.suite.host}`]);
    running.keepLogs?.(directory);
    await running.stop();
    await shut(suite);
    expect(await readFile(join(directory, 'target.log'), 'utf8')).toBe(`I am ${sip.host}\nup\n`);
    await sites.pop()?.dispose();
    expect(await leftOfUs()).toEqual([]);
  });

  it('is known to have ended, with its last words', { timeout: patient }, async () => {
    const running = await start({
      image,
      command: shell(httpServer(8080, 'print "farewell\\n"; exit 3')),
      ready: { log: '^up$' },
    });
    await fetch(running.target.rest.baseUrl);
    expect(await running.died).toBe('the container of theirs ended with code 3; its last words: farewell');
  });

  it.each<[string, Record<string, unknown>, RegExp, string[]]>([
    [
      'ends before it is ready',
      { command: shell('echo one >&2; echo no settings >&2; exit 2'), ready: { log: 'never' } },
      /^the container of theirs ended with code 2; its last words: no settings$/,
      ['one', 'no settings'],
    ],
    [
      'never writes what is waited for',
      { command: shell('echo hello; exec sleep 60'), ready: { log: 'ready', timeoutMs: 1500 } },
      /^theirs was not ready after 1\.5 s: .*ready/,
      ['hello'],
    ],
    [
      'never answers',
      { command: shell('echo hello; exec sleep 60'), ready: { url: `http://${targetPlace}:8080/`, timeoutMs: 1500 } },
      /^theirs was not ready after 1\.5 s: nothing answered at http:\/\/[\d.]+:8080\/$/,
      ['hello'],
    ],
    [
      'cannot be started',
      { command: ['/no/such/program'] },
      /^The container of .* could not be started: .*no such file/,
      [],
    ],
  ])('that %s is one sentence, and its last lines', { timeout: patient }, async (_name, container, message, log) => {
    const failure = await start({ image, ...container }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TargetError);
    expect(failure).toMatchObject({ message: expect.stringMatching(message), log });
  });

  it('is built of a Dockerfile, and a build that fails shows its end', { timeout: patient }, async () => {
    const build = { context: '.', args: { SAY: 'built' } };
    const dockerfile = join(directory, 'Dockerfile');
    await writeFile(dockerfile, `FROM ${image}\nARG SAY\nENV SAID=$SAY\nCMD echo I was $SAID; exec sleep 60\n`);
    const running = await start({ build, ready: { log: '^I was built$' } });
    await running.stop();
    await writeFile(dockerfile, `FROM ${image}\nRUN echo something is missing; false\n`);
    const failure = await start({ build }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: expect.stringMatching(/could not be built: .*non-zero code: 1/) });
    expect(failure instanceof TargetError && failure.log.join('\n')).toContain('something is missing');
  });

  it('may have the network of this machine', { timeout: patient }, async () => {
    const port = await freePort('127.0.0.1');
    const rest = { baseUrl: `http://${targetPlace}:${port}` };
    const running = await start({ image, network: 'host', command: shell(httpServer(port)) }, { rest });
    expect(running.target.sip.host).toBe('127.0.0.1');
    expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(200);
    await running.stop();
  });
});

const composed = await standsAlone().then(
  () => true,
  () => false,
);
describe.skipIf(engine === undefined || image === undefined || !composed)('a target in a compose file', () => {
  it('is reached in the network of the run, with what else there is; all logs are kept, and nothing is left', {
    timeout: patient,
  }, async () => {
    // Compose wants a dollar that is meant to stay doubled.
    const command = shell(`echo $PLACE; ${httpServer(8080)}`).map((word) => word.replaceAll('$', '$$$$'));
    const services = {
      theirs: { image, command, environment: { PLACE: `at \${PLACE}` } },
      database: { image, command: shell('echo a database; exec sleep 60'), volumes: ['data:/data'] },
    };
    await writeFile(join(directory, 'compose.yaml'), JSON.stringify({ services, volumes: { data: {} } }));
    const running = await start({
      compose: { file: 'compose.yaml', service: 'theirs' },
      env: { PLACE: targetPlace },
    });
    expect((await fetch(running.target.rest.baseUrl)).status).toBe(200);
    const [project = ''] = await runsOf(process.pid);
    expect(await leftOf(project)).toHaveLength(5);
    running.keepLogs?.(directory);
    await running.stop();
    expect(await readFile(join(directory, 'theirs.log'), 'utf8')).toBe(`at ${running.target.sip.host}\nup\n`);
    expect(await readFile(join(directory, 'database.log'), 'utf8')).toBe('a database\n');
    await sites.pop()?.dispose();
    expect(await leftOfUs()).toEqual([]);
    expect(await leftOf(project)).toEqual([]);
  });
});
