/** What an application may answer to newCall and callEvent (D-ACTION): one file an action, listed in index.ts. */
import type { JsonObject } from '../json.ts';
import type { Participant } from '../participant.ts';
import type { Turn } from '../turn.ts';

/** Why an answer cannot be carried out: `address` is one that no call can go to, else `problem` says what is wrong. */
export type Fault = { readonly address: string } | { readonly problem: string };

export type Asked = 'newCall' | 'callEvent';

/** Does what `answer` says with the participant it is about; a fault leaves everything as it was. */
export type Action = (turn: Turn, participant: Participant, answer: JsonObject, asked: Asked) => Fault | undefined;
