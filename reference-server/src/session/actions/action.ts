/** What an application may answer to newCall and callEvent (D-ACTION): one file an action, listed in index.ts. */
import type { JsonObject } from '../json.ts';
import type { Participant } from '../participant.ts';
import type { Turn } from '../turn.ts';

/** Does what `answer` says with the participant it is about. */
export type Action = (turn: Turn, participant: Participant, answer: JsonObject) => void;
