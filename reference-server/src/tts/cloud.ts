/** What the clouds have in common: a time limit, and what their failures mean to a phrase. */
import { TtsError } from './tts.ts';

/** As far as the errors of the SDKs are read. */
export interface CloudFault {
  readonly name?: string;
  readonly code?: string | number;
  readonly message?: string;
}

/** Rejects with TTS_TIMEOUT when the work, which is told so, takes longer. */
export async function within<Result>(
  service: string,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new TtsError('TTS_TIMEOUT', `${service} took longer than ${timeoutMs} ms`));
    stop.abort();
  }, timeoutMs);
  try {
    return await Promise.race([work(stop.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** `phrase` tells the faults of the text and its parameters from those of the service. */
export function cloudFailure(service: string, error: unknown, phrase: (fault: CloudFault) => boolean): TtsError {
  if (error instanceof TtsError) return error;
  const fault: CloudFault = Object(error);
  const { name, code, message = String(error) } = fault;
  const what = [name, code].find((each) => each !== undefined && each !== 'Error');
  const told = what === undefined ? message : `${what}: ${message}`;
  return phrase(fault)
    ? new TtsError('TTS_PARAMETERS', `${service} refuses the text: ${told}`, { cause: error })
    : new TtsError('TTS_FAILED', `${service} could not speak: ${told}`, { cause: error });
}
