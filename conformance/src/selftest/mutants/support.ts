/** What several areas' mutants are made of. */
import { type callback, SipText, sip } from '../dsl/index.ts';
import type { HttpRewrite, Memory, SipFate, SipRewrite } from '../types.ts';

/** How often this text has passed, this time included: 1 for a message, more for its retransmissions. */
export function copy(message: SipText, memory: Memory): number {
  const key = `copy ${message.toString()}`;
  const times = Number(memory.get(key) ?? 0) + 1;
  memory.set(key, times);
  return times;
}

/** Retransmissions by the target are lost. */
export const noCopies = (wire: ReturnType<typeof sip.any>): SipRewrite =>
  wire.edit((message, _passage, memory): SipFate | undefined =>
    copy(message, memory) > 1 ? { lost: true } : undefined,
  );

/** The target refuses an INVITE. */
export const refusals = (): ReturnType<typeof sip.any> => sip.response('INVITE', 400, 699);

/** A request that belongs to the transaction of another one, such as the CANCEL of an INVITE (RFC 3261 9.1). */
export function ofTransaction(request: SipText, method: string): SipText {
  const kept = request.lines.slice(1).filter((line) => /^(?:via|from|to|call-id|max-forwards|route)\s*:/i.test(line));
  const cseq = Number.parseInt(request.get('CSeq') ?? '1', 10);
  const start = request.start.replace(/^\S+/, method);
  const own = [`CSeq: ${cseq} ${method}`, 'Content-Length: 0', '', ''];
  return new SipText([start, ...kept, ...own].join('\r\n'));
}

/** The same request once more, in a transaction of its own. */
export function anew(request: SipText): SipText {
  const again = request.copy();
  again.set('Via', request.get('Via')?.replace(/;branch=[^;,\s]+/, ';branch=z9hG4bKmutant'));
  again.set(
    'CSeq',
    request.get('CSeq')?.replace(/^\d+/, (number) => String(Number(number) + 1)),
  );
  return again;
}

/** Other values of a list header, whether they stand in one line or in several. */
export function values(message: SipText, name: string, make: (values: readonly string[]) => readonly string[]): void {
  const split = message.all(name).flatMap((line) => line.match(/(?:<[^>]*>|"[^"]*"|[^,])+/g) ?? []);
  if (split.length > 0) message.set(name, make(split.map((value) => value.trim())).join(', '));
}

/** A value of a header parameter is another, or the parameter is gone. */
export const parameter =
  (name: string, value?: string) =>
  (before: string | undefined): string | undefined =>
    before?.replace(new RegExp(`;\\s*${name}(?:=[^;>]*)?`, 'i'), value === undefined ? '' : `;${name}=${value}`);

/** The user part of the first SIP URI is another. */
export const userPart =
  (user: string) =>
  (before: string | undefined): string | undefined =>
    before?.replace(/(sips?:)[^@>;]*((?:;[^@>]*)?@)/, `$1${user}$2`);

/** Remembers that a callback has come. */
export const noted = (wire: ReturnType<typeof callback>, what: string): HttpRewrite =>
  wire.edit((_message, memory) => {
    memory.set(what, true);
    return undefined;
  });
