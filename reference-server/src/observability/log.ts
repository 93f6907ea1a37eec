/** Logs: one JSON object a line, with sessionId and traceId where a call is meant. */
import { type DestinationStream, destination, pino } from 'pino';
import type { LogLevel } from '../config/types.ts';
import type { LogPort } from '../session/ports.ts';
import { redact } from './redact.ts';

export interface Log extends LogPort {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  /** Writes out what is buffered. */
  flush(): void;
}

/** @param sink Standard output by default. */
export function createLog(level: LogLevel, sink?: DestinationStream): Log {
  // A call writes a dozen lines: they go out together, and none waits longer than this.
  const stream = sink ?? destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 50 });
  const logger = pino(
    {
      level,
      base: null,
      timestamp: isoTime(Date.now),
      // Errors come out of redact() as plain objects already.
      serializers: { err: (error: unknown) => error },
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  const write =
    (name: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: Readonly<Record<string, unknown>>, message: string): void => {
      if (logger.isLevelEnabled(name)) logger[name](clean(fields), String(redact(message)));
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    flush: () => {
      if ('flushSync' in stream && typeof stream.flushSync === 'function') stream.flushSync();
    },
  };
}

/** pino prints what an object is made of; a field that cannot be read must not lose the line. */
function clean(fields: Readonly<Record<string, unknown>>): object {
  try {
    return Object(redact(fields));
  } catch (error) {
    return { unreadable: String(error) };
  }
}

/** `,"time":"2026-01-31T12:00:00.123Z"`: what changes within a second are three digits. */
function isoTime(now: () => number): () => string {
  let second = Number.NaN;
  let text = '';
  return () => {
    const time = now();
    const since = Math.floor(time / 1000);
    if (since !== second) {
      second = since;
      text = new Date(since * 1000).toISOString().slice(0, 20);
    }
    return `,"time":"${text}${String(time - since * 1000).padStart(3, '0')}Z"`;
  };
}
