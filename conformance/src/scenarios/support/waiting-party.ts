/** One who waits in the IVR, in a session of its own, until somebody is connected with it. */
import type { CallHandle, TestContext } from '../../harness/types.ts';
import { ivr, waiting } from './answers.ts';
import { text } from './flows.ts';

export const waitingParty = async (
  ctx: TestContext,
): Promise<{ waits: CallHandle; participantId: string; connectionId: unknown }> => {
  const reference = `${ctx.reference}/waits`;
  const number = ctx.harness.takeNumber();
  const app = ctx
    .alsoClaim({ number, reference })
    .on('newCall', ivr({ sessionReferenceId: reference }))
    .on('getIvrCommand', waiting());
  const waits = await ctx.call({ name: 'waits', to: number });
  await waits.established;
  const first = await app.next('callAnswered');
  const participantId = text(first.body.callerParticipantId);
  return { waits, participantId, connectionId: first.body.connectionId };
};
