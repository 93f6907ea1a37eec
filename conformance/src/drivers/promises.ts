/**
 * A promise that may be looked at late or never: a scenario that has failed elsewhere leaves its other waits behind, and
 * their rejections must not end the run.
 */
export function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
