import { operationIds } from '@mediaservice/spec';
import { restContract, type Written } from '../../contracts/committed.ts';
import { statesOf } from '../../contracts/states.ts';
import { scenario } from '../../harness/scenario.ts';
import { that } from '../support/expected.ts';
import { withMedia } from '../support/media.ts';

/** What the operation is about. */
const capabilities = {
  startRecording: 'recording',
  stopRecording: 'recording',
  splitConnection: 'call-control',
  hangupParticipant: 'call-control',
  hangupRemoteParticipant: 'call-control',
  interruptIvrCommand: 'ivr',
  placeIvrCall: 'outbound',
  placeRemoteCall: 'cloud-ua',
  sendRemoteCallRingback: 'cloud-ua',
  answerRemoteCall: 'cloud-ua',
  hangupCall: 'cloud-ua',
} as const;

const contract = restContract();
const satisfied = that('nothing that differs', (mismatches: readonly string[]) => mismatches.length === 0);

/** The interactions of an operation, which is the last part of their path. */
const of = (name: string): readonly Written[] =>
  contract.interactions.filter(({ request }) => request.path.endsWith(`/${name}`));

for (const operation of operationIds) {
  const name = operation.toLowerCase();
  const interactions = of(name);
  scenario(
    {
      id: `contracts/${name}`,
      title: `${name} keeps to the contract with applications, in each state of the service that it names`,
      area: 'contracts',
      capability: capabilities[operation],
      requirements: [...new Set(interactions.flatMap(({ requirements }) => requirements))],
      needs: { rest: true, call: true, webhook: true },
      timeoutMs: 60_000,
    },
    (ctx) =>
      withMedia(ctx, async (device) => {
        for (const one of interactions) {
          const mismatches = await ctx.rest.verify({
            pact: contract.alone(one),
            states: statesOf(ctx, device, name),
            expectInvalid: one.status !== 200,
          });
          ctx.expect(one.requirements, `what differs in ${one.description}`, mismatches, satisfied);
        }
      }),
  );
}
