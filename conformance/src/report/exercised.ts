import { callbackNames, isCallbackName, operationIds } from '@mediaservice/spec';
import type { TimelineEntry } from '../harness/timeline.ts';
import type { Exercised } from './model.ts';

const idOf = new Map<string, string>(operationIds.map((id) => [id.toLowerCase(), id]));

/** Counts what of the API was really used: operations that the target carried out, and callbacks that it sent. */
export function exercised(timelines: Iterable<readonly TimelineEntry[]>): Exercised {
  const operations: Record<string, number> = Object.fromEntries(operationIds.map((id) => [id, 0]));
  const callbacks: Record<string, number> = Object.fromEntries(callbackNames.map((name) => [name, 0]));
  for (const { kind, detail } of [...timelines].flat()) {
    if (detail.type !== 'http') continue;
    const { operation, status } = detail;
    const id = kind === 'rest' && status === 200 ? idOf.get(operation) : undefined;
    if (id !== undefined) operations[id] = (operations[id] ?? 0) + 1;
    if (kind === 'callback' && isCallbackName(operation)) callbacks[operation] = (callbacks[operation] ?? 0) + 1;
  }
  return { operations, callbacks };
}

/** Names that stand at nought. */
export function unused({ operations, callbacks }: Exercised): readonly string[] {
  return [operations, callbacks].flatMap((counts) =>
    Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [name] : [])),
  );
}
