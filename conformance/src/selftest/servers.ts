/** The reference servers of a self test. They belong to the command's process, so that they end with it. */
import { freePort } from '../drivers/ports.ts';
import { embeddedTarget } from '../target/embedded.ts';
import { startTarget } from '../target/process.ts';
import type { RunningTarget } from '../target/types.ts';
import type { ServerPlace } from './orders.ts';

export interface Server {
  readonly place: ServerPlace;
  /** Ends it and starts it anew, at the same addresses. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Starts so many servers. When one does not start, none is left. */
export async function startServers(count: number, env: Environment): Promise<readonly Server[]> {
  // Each listens for the end of our process and for three signals, so as not to outlive us.
  process.setMaxListeners(process.getMaxListeners() + count);
  const servers: Server[] = [];
  try {
    // One after the other: many at once would hold each other up until their time is over.
    while (servers.length < count) servers.push(await startServer(env));
    return servers;
  } catch (error) {
    await Promise.all(servers.map((one) => one.close()));
    throw error;
  }
}

async function startServer(env: Environment): Promise<Server> {
  const host = '127.0.0.1';
  const [httpPort = 0, sipPort = 0, callbackPort = 0, outboundPort = 0] = await Promise.all(
    Array.from({ length: 4 }, () => freePort(host)),
  );
  const through = { httpPort, sipPort, callbackPort, outboundPort };
  const { target: patient, places, dispose } = await embeddedTarget(through);
  // What a mutant has left on it would be waited for in vain.
  const target = { ...patient, ...(patient.command && { command: { ...patient.command, stopMs: 0 } }) };
  let running: RunningTarget;
  try {
    running = await startTarget(target, env);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    place: { target, places, through },
    restart: async () => {
      await running.stop();
      running = await startTarget(target, env);
    },
    close: async () => {
      await running.stop();
      await dispose();
    },
  };
}
