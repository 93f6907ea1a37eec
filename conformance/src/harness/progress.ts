/** How far long scenarios are, for whoever watches the run; there is one run in a worker. */

type Listener = (id: string, words: string) => void;

let listener: Listener = () => {};

/** The listener from now on; there is one. */
export function onProgress(told: Listener): void {
  listener = told;
}

/** A few words on the scenario `id`, which take the place of those before. */
export const tellProgress: Listener = (id, words) => listener(id, words);
