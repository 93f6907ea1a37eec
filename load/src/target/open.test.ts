import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@mediaservice/conformance/kit';
import { expect, it } from 'vitest';
import { openLoadTarget } from './open.ts';

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

it.each(['SIGINT', 'SIGTERM'] as const)(
  'leaves the target alive at %s, which the command handles, until it is closed',
  async (signal) => {
    const directory = await mkdtemp(join(tmpdir(), 'load-target-'));
    const port = await freePort('127.0.0.1');
    const url = `http://127.0.0.1:${port}/`;
    const file = join(directory, 'target.yaml');
    const server = `require('http').createServer((q,s)=>s.end()).listen(${port},'127.0.0.1');
      const phone=require('dgram').createSocket('udp4').bind(${port},'127.0.0.1');
      phone.on('message',(text,from)=>phone.send(String(text).replace(/^OPTIONS .*/,'SIP/2.0 200 OK'),from.port,from.address));`;
    await writeFile(
      file,
      `name: fake
rest: { baseUrl: "${url}" }
domain: d
credentials: { kind: bearer, token: t }
sip: { host: 127.0.0.1, port: ${port} }
callbacks: { baseUrl: "http://127.0.0.1:${await freePort('127.0.0.1')}" }
numbers: { prefix: "1", first: 1, last: 9 }
suite: { host: 127.0.0.1 }
command:
  argv: ${JSON.stringify([process.execPath, '-e', server])}
  ready: { url: "${url}", timeoutMs: 10000 }
`,
    );
    let heard = 0;
    const listener = (): void => {
      heard += 1;
    };
    process.on(signal, listener);
    const { target } = await openLoadTarget(file, process.env);
    try {
      // What it uses is none of others' doing: the process that was started leads its group.
      expect(target.beside).toEqual({ group: expect.any(Number) });
      process.emit(signal, signal);
      expect(heard).toBe(1);
      expect(await answers(url)).toBe(true);
    } finally {
      process.off(signal, listener);
      await target.close();
      await rm(directory, { recursive: true });
    }
    expect(await answers(url)).toBe(false);
  },
  30_000,
);
