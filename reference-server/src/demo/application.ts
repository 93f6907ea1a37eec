/**
 * The customer application of the demo domain, so that a server started without settings answers its first call: it
 * welcomes the caller, says back the digits that were typed, and says goodbye to who is silent.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { audioFixtureBytes, audioFixtures } from '@mediaservice/fixtures';
import type { Json } from '../session/json.ts';
import type { PromptStore } from '../storage/prompt-store.ts';

export interface DemoApplication {
  /** Callback base URL. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startDemoApplication(): Promise<DemoApplication> {
  const server = createServer(async (request, response) => {
    const name = (request.url ?? '').split('/').at(-1) ?? '';
    const answer = answerTo(name, await readJson(request));
    if (answer === undefined) response.writeHead(204).end();
    else response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // It serves nobody but this process, and does not keep it alive.
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Puts the demo prompts where phrases of format `file` find them; those that are there already stay. */
export async function storeDemoPrompts(prompts: PromptStore, domain: string): Promise<void> {
  for (const { fileName } of audioFixtures) {
    const known = await prompts.stat(domain, fileName).then(
      () => true,
      () => false,
    );
    if (!known) await prompts.put(domain, fileName, audioFixtureBytes(fileName));
  }
}

const dtmf = { maxDigits: 10, terminationKey: '#', firstTimeout: 10, betweenTimeout: 4, flush: true };
const file = (fileName: (typeof audioFixtures)[number]['fileName']): Json => ({ format: 'file', fileName });
const say = (text: string): Json => ({
  format: 'awstts',
  awsTTSParameters: { Text: text, VoiceId: 'Joanna', OutputFormat: 'mp3' },
});

function answerTo(name: string, body: Readonly<Record<string, unknown>>): Json | undefined {
  if (name === 'newCall') return { action: 'ivr' };
  if (name === 'callEvent') return { action: 'drop' };
  if (name === 'getCallIdentifier') return copied(body, 'sessionId');
  if (name === 'newRemoteCall') return {};
  return name === 'getIvrCommand'
    ? { ...command(body), ...copied(body, 'sessionId'), ...copied(body, 'replyId') }
    : undefined;
}

/** The ids of a request that an answer repeats. */
function copied(
  body: Readonly<Record<string, unknown>>,
  name: 'sessionId' | 'replyId',
): Readonly<Record<string, Json>> {
  const id = body[name];
  return typeof id === 'string' ? { [name]: id } : {};
}

function command({ dtmfParams }: Readonly<Record<string, unknown>>): Readonly<Record<string, Json>> {
  if (!isObject(dtmfParams)) {
    const welcome = say('Welcome to the demo domain. Type some digits, then the hash key.');
    return { phrases: [file('welcome.wav'), welcome], bargeIn: 'all', dtmf };
  }
  const digits = String(dtmfParams.dtmfMatch ?? '');
  if (digits === '') return { phrases: [say('Goodbye.'), file('goodbye.wav')], hangup: true };
  return { phrases: [say(`You typed ${[...digits].join(' ')}.`), file('menu.wav')], bargeIn: 'all', dtmf };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
