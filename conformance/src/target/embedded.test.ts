import { readFile } from 'node:fs/promises';
import { loadCapabilities } from '@mediaservice/spec';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { embeddedTarget, program, serverConfig } from './embedded.ts';
import { parseTarget } from './load.ts';
import { TargetError } from './types.ts';

const disposals: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(disposals.splice(0).map((dispose) => dispose()));
});

describe('the embedded target', () => {
  it('is an ordinary target file with a command', async () => {
    const { target, dispose } = await embeddedTarget();
    disposals.push(dispose);
    expect(await parseTarget(JSON.stringify(target), 'embedded')).toEqual(target);
  });

  it('tells the server the ports that it tells the suite', async () => {
    const { target, dispose } = await embeddedTarget();
    disposals.push(dispose);
    const file = target.command?.argv.at(-1) ?? '';
    // A tenant may have other numbers of a domain that is there already.
    const [, ...others] = new Set([target.domain, ...Object.values(target.tenants).map(({ domain }) => domain)]);
    expect(parse(await readFile(file, 'utf8'))).toMatchObject({
      http: { port: Number(new URL(target.rest.baseUrl).port) },
      sip: { listeners: [{ port: target.sip.port }, { port: target.sip.port }] },
      domains: [
        { name: target.domain, callbacks: { baseUrl: target.callbacks.baseUrl }, alarmUrl: target.callbacks.alarmUrl },
        ...others.map((name) => ({ name })),
      ],
    });
    await dispose();
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('claims what the catalogue knows, and nothing else', async () => {
    const { target, dispose } = await embeddedTarget();
    disposals.push(dispose);
    expect([...loadCapabilities().keys()]).toEqual(expect.arrayContaining([...target.capabilities]));
  });

  it('gives every domain a secret and numbers of its own', () => {
    const config = serverConfig({
      httpPort: 1,
      sipPort: 2,
      callbackPort: 3,
      alwaysPort: 4,
      onErrorPort: 5,
      directory: 'd',
    });
    const { domains } = config as { domains: { auth: { secret: string }; numbers: string[] }[] };
    expect(new Set(domains.map((domain) => domain.auth.secret)).size).toBe(domains.length);
    expect(new Set(domains.flatMap((domain) => domain.numbers)).size).toBe(domains.length);
  });
});

it('says what to do where the server is not installed', () => {
  const missing = (): string => {
    throw new Error('Cannot find package');
  };
  expect(() => program(missing)).toThrow(TargetError);
  expect(() => program(missing)).toThrow('name a target file');
});
