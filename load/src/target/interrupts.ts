/** Who decides what a Ctrl-C does to a target that was started for a load. */

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs `open`, and takes away the listeners for Ctrl-C and SIGTERM that it leaves: what starts a target ends it at once then, and
 * calls that are to be hung up properly, with all their callbacks, would be cut off. The commands of this kit, which listen
 * themselves, close the target when the run is over; its listener for the end of the process stays.
 */
export async function keepInterrupts<T>(open: () => Promise<T>): Promise<T> {
  const before = signals.map((signal) => new Set(process.rawListeners(signal)));
  const opened = await open();
  for (const [index, signal] of signals.entries())
    for (const listener of process.rawListeners(signal))
      if (before[index]?.has(listener) !== true) process.off(signal, listener as NodeJS.SignalsListener);
  return opened;
}
