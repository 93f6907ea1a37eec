/** splitconnection: two parties who hear nobody, and a callEvent for each (D-SPLIT). */
import { askAbout } from '../call/gone.ts';
import { partiesOf } from '../call/stage.ts';
import { dissolve } from '../finish.ts';
import { changeParticipant } from '../turn.ts';
import { done, refuse, type SessionOperation } from './outcome.ts';
import { connectionOf } from './target.ts';

export const splitConnection: SessionOperation = (turn, operation) => {
  const connection = connectionOf(turn.session, operation);
  if ('ok' in connection) return connection;
  const parties = partiesOf(turn, connection);
  if (parties === undefined) return refuse(409, 'wrongState', 'The connection does not join two parties.');
  const { caller, callee } = parties;
  dissolve(turn, connection);
  askAbout(turn, connection, { event: 'callerConnectionSplit', cause: caller, other: callee, about: caller });
  askAbout(turn, connection, { event: 'calleeConnectionSplit', cause: callee, other: caller, about: callee });
  for (const { id } of [caller, callee]) changeParticipant(turn, id, { cause: undefined });
  return done;
};
