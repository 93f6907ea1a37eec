/** What lies in `deploy` for carriers' engines fits the settings that there are. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkSettings } from './load.ts';

const deploy = new URL('../../deploy/', import.meta.url);
const read = (name: string): Promise<string> => readFile(new URL(name, deploy), 'utf8');

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly environment?: Readonly<Record<string, string>>; readonly image?: string }>
  >;
}

/** `${NAME:-default}` as Compose fills it in where nothing is set. */
const filled = (text: string): string => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

it.each(['node1', 'node2'])('the settings of %s are valid, and name the engines of the file', async (node) => {
  const compose = parse(await read('compose.yaml'), { merge: true }) as Compose;
  const environment = Object.fromEntries(
    Object.entries(compose.services[node]?.environment ?? {}).map(([name, value]) => [name, filled(value)]),
  );
  const file = fileURLToPath(new URL('mediaservice.yaml', deploy));
  const settings = await checkSettings({ environment, file });
  const named = [...settings.drachtio.servers, ...settings.freeswitch.servers, settings.cluster?.redis];
  for (const engine of named) expect(Object.keys(compose.services)).toContain(engine?.host);
  expect(settings.media.address).toBe(environment.MEDIASERVICE_MEDIA_ADDRESS);
});

it('FreeSWITCH has the profile that the settings name by default, and every variable of the Compose file', async () => {
  const xml = await read('freeswitch/freeswitch.xml');
  expect(xml).toContain('<profile name="drachtio_mrf">');
  const compose = parse(await read('compose.yaml'), { merge: true }) as Compose;
  const variables = Object.keys(compose.services.freeswitch?.environment ?? {});
  expect(variables.length).toBeGreaterThan(0);
  for (const variable of variables) expect(xml).toContain(`$${variable}"`);
});
