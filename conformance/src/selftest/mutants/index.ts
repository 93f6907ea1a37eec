import { loadCatalogue } from '@mediaservice/spec';
import { derive, readDerived } from '../derive.ts';
import type { Mutant } from '../types.ts';
import { actions } from './actions.ts';
import { b2bua } from './b2bua.ts';
import { callanswered } from './callanswered.ts';
import { callevent } from './callevent.ts';
import { callnotify } from './callnotify.ts';
import { claims } from './claims.ts';
import { cloudUa } from './cloud-ua.ts';
import { dtmf } from './dtmf.ts';
import { endurance } from './endurance.ts';
import { getcallidentifier } from './getcallidentifier.ts';
import { getivrcommand } from './getivrcommand.ts';
import { hangups } from './hangups.ts';
import { headers } from './headers.ts';
import { ivrLoop } from './ivr-loop.ts';
import { media } from './media.ts';
import { newcall } from './newcall.ts';
import { ordering } from './ordering.ts';
import { patient } from './patient.ts';
import { phrases } from './phrases.ts';
import { placedCalls } from './placed-calls.ts';
import { recording } from './recording.ts';
import { renamed } from './renamed.ts';
import { restGeneral } from './rest-general.ts';
import { sessioncompleted } from './sessioncompleted.ts';
import { sipMutants } from './sip.ts';
import { splitconnection } from './splitconnection.ts';
import { unwanted } from './unwanted.ts';
import { wrongAnswers } from './wrong-answers.ts';

/** What is written by hand: a list for each area. */
const written: readonly Mutant[] = [
  newcall,
  restGeneral,
  patient,
  actions,
  b2bua,
  callanswered,
  callevent,
  callnotify,
  claims,
  cloudUa,
  dtmf,
  endurance,
  getcallidentifier,
  getivrcommand,
  hangups,
  headers,
  ivrLoop,
  media,
  ordering,
  phrases,
  placedCalls,
  recording,
  sipMutants,
  sessioncompleted,
  splitconnection,
  unwanted,
  wrongAnswers,
].flat();

// `renamed` stands beside what is derived for its slugs, not in its place.
let all: ReadonlyMap<string, Mutant> | undefined;

/** All mutants by id. */
export function mutantsById(): ReadonlyMap<string, Mutant> {
  if (all === undefined) {
    const slugs = new Set(written.flatMap(({ requirements }) => requirements));
    const mutants = [...written, ...renamed, ...derive(loadCatalogue(), readDerived(), slugs)];
    all = new Map(mutants.map((one) => [one.id, one]));
  }
  return all;
}
