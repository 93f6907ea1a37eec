/** The HTTP interfaces of Amazon Polly and Google Cloud Text-to-Speech as far as the server uses them: each text is a tone. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tone } from '../media/core/tone.ts';
import { writeWav } from '../media/core/wav.ts';

export interface SpeechRequest {
  readonly path: string;
  readonly authorization: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface FakeSpeech {
  readonly endpoint: string;
  readonly asked: readonly SpeechRequest[];
  /** What the next requests get instead of speech; undefined: as it should be. */
  fault: ((response: ServerResponse) => void) | undefined;
  close(): Promise<void>;
}

/** Half a second of 700 Hz from Polly, of 900 Hz from Google. */
export async function startFakeSpeech(): Promise<FakeSpeech> {
  const asked: SpeechRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { pathname } = new URL(request.url ?? '/', 'http://cloud');
    const path = `${request.method} ${decodeURIComponent(pathname)}`;
    const { authorization = '' } = request.headers;
    asked.push({ path, authorization, body: JSON.parse(Buffer.concat(chunks).toString() || '{}') });
    if (fake.fault !== undefined) fake.fault(response);
    else if (path === 'POST /v1/speech') {
      const samples = tone([700], 500, { level: 0.3 });
      response.writeHead(200, { 'content-type': 'audio/pcm' }).end(new Uint8Array(samples.buffer));
    } else if (path === 'POST /v1/text:synthesize') {
      const wav = Buffer.from(writeWav([tone([900], 500, { level: 0.3 })], 8000));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ audioContent: wav.toString('base64') }));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const fake: FakeSpeech = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    fault: undefined,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return fake;
}

/** A failure as Polly tells it. */
export const pollyFault =
  (status: number, type: string, message: string): NonNullable<FakeSpeech['fault']> =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
    response.end(JSON.stringify({ message }));
  };

/** A failure as Google tells it. */
export const googleFault =
  (code: number, status: string, message: string): NonNullable<FakeSpeech['fault']> =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { code, status, message } }));
  };
