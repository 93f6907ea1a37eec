/**
 * The application as a process of its own: `node process.ts '<ApplicationSetting as JSON>'`. It writes `Ready`, then a `Window`
 * each second, and the last one when its standard input ends.
 */
import { openApplication } from './application.ts';
import type { ApplicationSetting, Ready } from './protocol.ts';

const windowMs = 1000;

// Whoever started it decides when it ends; a Ctrl-C that reaches the whole group does not.
process.on('SIGINT', () => undefined);
process.stdin.resume();
const write = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
try {
  const setting = JSON.parse(process.argv[2] ?? '') as ApplicationSetting;
  const application = await openApplication(setting);
  const ready: Ready = { ready: application.ready };
  write(ready);
  const clock = setInterval(() => write(application.window()), windowMs);
  process.stdin.on('end', () => {
    clearInterval(clock);
    const line = `${JSON.stringify(application.window())}\n`;
    application.close();
    process.stdout.write(line, () => process.exit(0));
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
