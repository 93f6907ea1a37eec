/** `.ts` in the source tree, `.js` in the published package: threads and scenario files are found by their file names. */
export const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** The module `name`, without its extension, beside the module whose `import.meta.url` is given. */
export const beside = (name: string, url: string): URL => new URL(`./${name}${EXTENSION}`, url);
