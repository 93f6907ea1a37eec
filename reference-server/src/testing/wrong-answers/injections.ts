/** Line ends and NUL, in every place of an answer that becomes a part of an INVITE (D-HEADERS). */
import type { Json } from '../../session/json.ts';

const evil = { CR: 'a\rEvil: b', LF: 'a\nEvil: b', 'CR LF': 'a\r\nEvil: b', NUL: 'a\0b' };

interface Place {
  readonly where: string;
  /** The property. */
  readonly key: string;
  readonly with: (text: string) => Json;
}

const texts = ['sipFrom', 'sipTo', 'displayName', 'sipPAI', 'sipRPID', 'sipDiversion', 'monitorSipFrom'];
const objects = ['contactParameters', 'contactUserParameters', 'sipDiversionParameters'];
const headers = [
  ['xHeaders', 'x-a'],
  ['pHeaders', 'p-a'],
  ['monitorXHeaders', 'x-a'],
  ['monitorPHeaders', 'p-a'],
] as const;

const places: readonly Place[] = [
  ...texts.map((key) => ({ where: key, key, with: (text: string) => text })),
  ...objects.flatMap((key): readonly Place[] => [
    { where: `a value of ${key}`, key, with: (text) => ({ a: text }) },
    { where: `a name of ${key}`, key, with: (text) => ({ [text]: 'b' }) },
  ]),
  ...headers.flatMap(([key, name]): readonly Place[] => [
    { where: `a value of ${key}`, key, with: (text) => ({ [name]: text }) },
    { where: `the second value of ${key}`, key, with: (text) => ({ [name]: ['ok', text] }) },
    { where: `a name of ${key}`, key, with: (text) => ({ [`${name}${text}`]: 'b' }) },
  ]),
  { where: 'copyHeaders', key: 'copyHeaders', with: (text) => [`x-${text}`] },
];

/** An action call with each of them, beside a monitor so that its properties count. */
export const injections = Object.entries(evil).flatMap(([what, text]) =>
  places.map(({ where, key, with: write }) => ({
    name: `${what} in ${where}`,
    more: { monitorDestAddr: 'sip:monitor@callee.example', [key]: write(text) },
    tells: `/${key}`,
    kind: `a line end or NUL in ${where}`,
  })),
);
