import type { ContainerRuntimeClient } from 'testcontainers';

/** The engine's own API. */
export type Docker = ContainerRuntimeClient['container']['dockerode'];

/** No container engine answers; the message is a sentence that says what to do. */
export class NoEngine extends Error {
  override readonly name = 'NoEngine';
}

/**
 * The container engine that answers: of DOCKER_HOST, of Docker's context, or the socket of Docker or Podman.
 * @throws {NoEngine} when none does.
 */
export async function connectEngine(): Promise<ContainerRuntimeClient> {
  // Loaded only here: whoever needs no engine does not wait for the package.
  const { getContainerRuntimeClient } = await import('testcontainers');
  return getContainerRuntimeClient().catch((cause: unknown) => {
    throw new NoEngine(`No container engine answers (${firstLine(cause)}): start Docker or Podman`, { cause });
  });
}

export const firstLine = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';

/** Whether an answer of the engine's API says that the thing is not there, or is being removed already. */
export const isGone = (error: unknown): boolean =>
  error instanceof Error && 'statusCode' in error && (error.statusCode === 404 || error.statusCode === 409);
