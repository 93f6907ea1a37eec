/**
 * Keeps secrets and what callers type out of logs: tokens and replyIds by name and by form, DTMF digits by name
 * (D-CRYPT: digits that an application wants encrypted appear nowhere in clear).
 */
const secretNames = /^(?:authorization|cookie|password|secret|token|replyid|salt|jwt|bearer)$/i;
const digitNames = /^(?:digit|digits|dtmf|dtmfbuffer|dtmfmatch|dtmfparams|matchedterminationkey)$/i;
const jwt = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const maxDepth = 6;
/** Whether a field of this name is hidden, by the names seen so far: there are few, and every line has them. */
const seen = new Map<string, boolean>();
const mostSeen = 1_000;

export const hidden = '[hidden]';

/** A copy that can be printed: bounded in depth, without secrets. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.includes('eyJ') ? value.replaceAll(jwt, hidden) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '[…]';
  if (value instanceof Error) return redactError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      return [name, item !== undefined && isHidden(name) ? hidden : redact(item, depth + 1)];
    }),
  );
}

function isHidden(name: string): boolean {
  const known = seen.get(name);
  if (known !== undefined) return known;
  const hide = secretNames.test(name) || digitNames.test(name);
  if (seen.size >= mostSeen) seen.clear();
  seen.set(name, hide);
  return hide;
}

function redactError(error: Error, depth: number): object {
  return {
    type: error.name,
    message: redact(error.message),
    stack: redact(error.stack),
    ...('code' in error ? { code: redact(error.code) } : {}),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}
