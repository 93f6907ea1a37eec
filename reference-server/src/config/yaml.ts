/** A YAML text with the way back from a JSON pointer to the line that it stands on. */
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { fromPointer } from './raw.ts';
import type { ConfigProblem } from './types.ts';

export interface YamlText {
  readonly value: unknown;
  /** Line of the value, counted from 1; with `key`, of that key inside the mapping. */
  line(pointer: string, key?: string): number | undefined;
}

export function parseYaml(text: string, source: string): YamlText | readonly ConfigProblem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) {
    return wrong.map((error) => {
      const line = lines.linePos(error.pos[0]).line;
      return { source, line, pointer: '', message: `${source}:${line}: not valid YAML: ${oneSentence(error.message)}` };
    });
  }

  const lineAt = (offset: number | undefined) => (offset === undefined ? undefined : lines.linePos(offset).line);
  const keyOffset = (node: unknown, key: string): number | undefined => {
    if (!isMap(node)) return undefined;
    const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key);
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  };

  return {
    value: document.toJS() ?? {},
    line(pointer, key) {
      const path = fromPointer(pointer);
      const at = (depth: number): unknown =>
        depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
      if (key !== undefined) {
        const offset = keyOffset(at(path.length), key);
        if (offset !== undefined) return lineAt(offset);
      }
      // A value is named by the line of its key; what is not in the file by the nearest that holds it.
      for (let depth = path.length; depth > 0; depth--) {
        const offset = keyOffset(at(depth - 1), path[depth - 1] ?? '');
        if (offset !== undefined) return lineAt(offset);
        const node = at(depth);
        if (isNode(node)) return lineAt(node.range?.[0]);
      }
      return lineAt(isNode(document.contents) ? document.contents.range?.[0] : undefined);
    },
  };
}

const oneSentence = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').trim();
