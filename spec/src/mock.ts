import { parseArgs } from 'node:util';
import { createLogger } from '@stoplight/prism-core';
import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { createServer } from '@stoplight/prism-http-server';
import { type JsonObject, loadOpenApi, webhooksAsPaths } from './document.ts';

/** What can be set of the mock. A port of 0 is one that the system chooses. */
export interface MockSettings {
  readonly host: string;
  readonly apiPort: number;
  readonly applicationPort: number;
  /** Told of each violation of the OpenAPI document in a request, one line each. */
  readonly onViolation: (line: string) => void;
}

/** A running mock: base URLs without a slash at the end, and how to end it. */
export interface Mock {
  /** Answers the operations as a service would. */
  readonly api: string;
  /** Answers the callbacks as a customer application would; alarms at `/alarm`. */
  readonly application: string;
  close(): Promise<void>;
}

/** A setting that cannot be used, or a port that is taken. The message is one sentence for the user. */
export class MockError extends Error {
  override readonly name = 'MockError';
}

interface Side {
  readonly url: string;
  close(): Promise<void>;
}

async function serve(
  document: JsonObject,
  host: string,
  port: number,
  onViolation: (line: string) => void,
): Promise<Side> {
  const destination = {
    write(line: string) {
      const entry: unknown = JSON.parse(line);
      const text = typeof entry === 'object' && entry !== null && 'msg' in entry ? String(entry.msg) : '';
      // Prism tells each fault twice; these are the lines that say where it is.
      if (/^(Violation|Request terminated)/.test(text)) onViolation(text);
    },
  };
  const server = createServer(await getHttpOperationsFromSpec(document), {
    cors: true,
    components: { logger: createLogger('mock', { level: 'warn' }, destination) },
    config: {
      isProxy: false,
      validateRequest: true,
      validateResponse: true,
      checkSecurity: true,
      errors: false,
      upstreamProxy: undefined,
      mock: { dynamic: false },
    },
  });
  try {
    return { url: await server.listen(port, host), close: () => server.close() };
  } catch (error) {
    throw new MockError(explain(String(error), host, port));
  }
}

function explain(error: string, host: string, port: number): string {
  return error.includes('EADDRINUSE')
    ? `Port ${port} of ${host} is in use; name a free one with --api-port or --app-port.`
    : `Port ${port} of ${host} cannot be used (${error}).`;
}

/**
 * Serves the OpenAPI document with Prism: the operations on one port, the callbacks on another.
 * @throws MockError if a port cannot be used; nothing is left running then.
 */
export async function startMock({ host, apiPort, applicationPort, onViolation }: MockSettings): Promise<Mock> {
  const document = loadOpenApi();
  const api = await serve(structuredClone(document), host, apiPort, onViolation);
  try {
    const application = await serve(structuredClone(webhooksAsPaths(document)), host, applicationPort, onViolation);
    return {
      api: api.url,
      application: application.url,
      close: async () => void (await Promise.all([api.close(), application.close()])),
    };
  } catch (error) {
    await api.close();
    throw error;
  }
}

const help = `Serves the OpenAPI document with Prism, on two ports until Ctrl-C:
the API that an application calls, and the customer application that a service calls.

  --host <address>   where to listen (127.0.0.1)
  --api-port <n>     port of the API (4010); 0 for any
  --app-port <n>     port of the customer application (4011); 0 for any
  --help             this text

The header "Prefer: code=404" asks for another answer, "Prefer: example=drop" for another
example, "Prefer: dynamic=true" for one that is made up from the schema.
Requests to the API need a bearer token; any will do.`;

function readPort(text: string, option: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new MockError(`--${option} takes a number from 0 to 65535, not "${text}".`);
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        host: { type: 'string', default: '127.0.0.1' },
        'api-port': { type: 'string', default: '4010' },
        'app-port': { type: 'string', default: '4011' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new MockError(`${error instanceof Error ? error.message : String(error)} --help lists the options.`);
  }
}

async function main(args: readonly string[]): Promise<void> {
  const values = readArguments(args);
  if (values.help) {
    console.log(help);
    return;
  }
  const mock = await startMock({
    host: values.host,
    apiPort: readPort(values['api-port'], 'api-port'),
    applicationPort: readPort(values['app-port'], 'app-port'),
    onViolation: (line) => console.error(line),
  });
  const stop = () => void mock.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  console.log(`API:                  ${mock.api}`);
  console.log(`customer application: ${mock.application}`);
  console.log('Ctrl-C ends it.');
}

if (import.meta.main) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof MockError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
