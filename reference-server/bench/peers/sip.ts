/** The SIP engine and drachtio-server, each with the same drachtio-srf application. */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Child, startChild, versionOf } from '../children.ts';
import { DRACHTIO, ENGINE } from '../judge.ts';
import { NotHere } from '../programs.ts';
import { freePort, freeTcpPort } from '../setting.ts';

const SECRET = 'bench';
const STARTS_WITHIN_MS = 10_000;

export interface SipServer {
  readonly name: string;
  readonly port: number;
  readonly server: Child;
  readonly application: Child;
}

export async function startEngine(): Promise<SipServer> {
  const program = join(import.meta.dirname, '..', '..', 'src', 'sip-engine.ts');
  const listen = ['--sip', 'udp:127.0.0.1:0', '--app', '127.0.0.1:0', '--secret', SECRET, '--quiet'];
  const server = startChild(process.execPath, [program, ...listen], { measured: true, signal: 'SIGKILL' });
  const lines = await server.until((line) => line.startsWith('applications '));
  const portIn = (start: string): number =>
    Number(
      lines
        .find((line) => line.startsWith(start))
        ?.split(':')
        .at(-1),
    );
  const application = await startApplication(portIn('applications'));
  return { name: ENGINE, port: portIn('SIP udp'), server, application };
}

/** `file` is the program, a path or a name on the PATH; its settings go to `folder`. @throws {NotHere} without it. */
export async function startDrachtio(file: string, folder: string): Promise<SipServer> {
  const version = await versionOf(file, '--version');
  if (version === undefined) {
    throw new NotHere('no drachtio-server is at hand: DRACHTIO=path names its program "drachtio"');
  }
  const [port, adminPort] = [await freePort(), await freeTcpPort()];
  const settings = join(folder, 'drachtio.xml');
  const admin = `<admin port="${adminPort}" secret="${SECRET}">127.0.0.1</admin>`;
  writeFileSync(settings, `<drachtio>${admin}<logging><loglevel>error</loglevel></logging></drachtio>`);
  const server = startChild(
    file,
    [
      ...['--file', settings, '--address', '127.0.0.1', '--port', String(adminPort), '--secret', SECRET],
      ...['--contact', `sip:127.0.0.1:${port};transport=udp`, '--loglevel', 'error'],
    ],
    { measured: true, signal: 'SIGKILL' },
  );
  await listening(adminPort);
  return { name: `${DRACHTIO} ${version}`, port, server, application: await startApplication(adminPort) };
}

async function startApplication(port: number): Promise<Child> {
  const program = join(import.meta.dirname, '..', 'sip-app.ts');
  const application = startChild(process.execPath, [program, '127.0.0.1', String(port), SECRET], { measured: true });
  await application.until((line) => line === 'connected');
  return application;
}

async function listening(port: number): Promise<void> {
  const until = performance.now() + STARTS_WITHIN_MS;
  while (!(await accepts(port))) {
    if (performance.now() > until) throw new Error(`nothing listens on port ${port}`);
    await delay(50);
  }
}

function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}
