/** Finds a participant who waits on another node, and asks that node for it. */
import type { ElsewherePort } from '../session/ports/nodes.ts';
import type { Directory } from './directory.ts';
import type { Forwarder } from './forward.ts';

export function createElsewhere(options: {
  readonly node: string;
  readonly directory: Pick<Directory, 'find'>;
  readonly borrow: Forwarder['borrow'];
}): ElsewherePort {
  const { node, directory, borrow } = options;
  return {
    find(asked, found) {
      directory
        .find([asked.participant])
        .then((target) => (target === undefined || target.id === node ? undefined : borrow(target, asked)))
        // Whoever cannot be found does not wait.
        .catch(() => undefined)
        .then(found);
    },
  };
}
