/** The script of a thread, in the source tree and in a build. `name` lies beside this file. */
export function threadScript(name: 'thread' | 'lane-keeper-thread' | 'prepare-thread' | 'encode-thread'): URL {
  return new URL(`./${name}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
}
