import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const openssl = spawnSync('openssl', ['version']).status === 0;

// Of the main program only Node itself reads this setting, when it starts: so another one is started.
describe.skipIf(!openssl)('prompts at https addresses with a certificate of one’s own (skipped: no openssl)', () => {
  let directory: string;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'authority-'));
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const out = ['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')];
    const made = spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      ...subject,
      ...out,
    ]);
    expect(made.status).toBe(0);
    const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map((name) => readFile(join(directory, name))));
    server = createServer({ key, cert }, (_, response) => response.end('a prompt'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/x.wav`;
  });
  afterAll(async () => {
    await new Promise((done) => server.close(done));
    await rm(directory, { recursive: true });
  });

  /** What another program with these settings gets of the address. */
  async function fetched(environment: Readonly<Record<string, string>>): Promise<string> {
    const module = new URL('./fetch-prompt.ts', import.meta.url).href;
    const program = `
      const { fetchPrompt } = await import(${JSON.stringify(module)});
      const limits = { fetch: globalThis.fetch, timeoutMs: 10000, maxBytes: 1000 };
      const told = await fetchPrompt(${JSON.stringify(url)}, {}, limits).then(
        ({ bytes }) => new TextDecoder().decode(bytes),
        (error) => error.code,
      );
      process.stdout.write(told);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: environment,
    });
    let said = '';
    child.stdout.on('data', (data) => {
      said += String(data);
    });
    await new Promise((done) => child.once('close', done));
    return said;
  }

  it('are played where NODE_EXTRA_CA_CERTS names the authority, and refused elsewhere', async () => {
    expect(await fetched({ NODE_EXTRA_CA_CERTS: join(directory, 'cert.pem') })).toBe('a prompt');
    expect(await fetched({})).toBe('DOWNLOAD_FAILED');
  });
});
