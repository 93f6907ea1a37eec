/** Engines that the reference server is to use in place of its own, at addresses that the environment names. */
import { TargetError } from './types.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Engines {
  /** Where its application port is, and where it takes SIP. */
  readonly drachtio?: Address & { readonly secret: string; readonly sip: Address };
  /** Where its event socket is; `directory` is what server and FreeSWITCH both see. */
  readonly freeswitch?: Address & { readonly secret: string; readonly directory?: string };
}

/** The words of the settings, in the order in which they have to be. */
const FORMS = {
  DRACHTIO_AT: '<host>:<port>,<secret>,<SIP host>:<SIP port>',
  FREESWITCH_AT: '<host>:<port>,<secret>[,<directory>]',
} as const;

/**
 * With STACK=drachtio what DRACHTIO_AT and FREESWITCH_AT say; one of them alone is a stack as well, none of them stands
 * for containers.
 * @throws {TargetError} another stack, or an address that cannot be read.
 */
export function enginesOf(env: Readonly<Record<string, string | undefined>>): Engines | 'containers' | undefined {
  const { STACK: stack = '', DRACHTIO_AT: drachtio = '', FREESWITCH_AT: freeswitch = '' } = env;
  if (stack === '' || stack === 'embedded') return undefined;
  if (stack !== 'drachtio') throw new TargetError(`STACK is ${stack}; there are embedded and drachtio`);
  if (drachtio === '' && freeswitch === '') return 'containers';
  return {
    ...(drachtio !== '' && { drachtio: drachtioOf(drachtio) }),
    ...(freeswitch !== '' && { freeswitch: freeswitchOf(freeswitch) }),
  };
}

function drachtioOf(text: string): NonNullable<Engines['drachtio']> {
  const [at = '', secret = '', sip = ''] = text.split(',');
  if (secret === '') throw malformed('DRACHTIO_AT', text);
  return { ...address('DRACHTIO_AT', text, at), secret, sip: address('DRACHTIO_AT', text, sip) };
}

function freeswitchOf(text: string): NonNullable<Engines['freeswitch']> {
  const [at = '', secret = '', directory] = text.split(',');
  if (secret === '') throw malformed('FREESWITCH_AT', text);
  return { ...address('FREESWITCH_AT', text, at), secret, ...(directory !== undefined && { directory }) };
}

function address(name: keyof typeof FORMS, text: string, part: string): Address {
  const [, host, port] = /^([^:\s]+):(\d+)$/.exec(part) ?? [];
  if (host === undefined || port === undefined) throw malformed(name, text);
  return { host, port: Number(port) };
}

const malformed = (name: keyof typeof FORMS, text: string): TargetError =>
  new TargetError(`${name} is "${text}", not ${FORMS[name]}`);
