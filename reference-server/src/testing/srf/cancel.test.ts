import { expect, it } from 'vitest';
import type { SrfRequest, SrfResponse } from './app.ts';
import { pair, quiet, sdp, until, uriOf } from './world.ts';

it('CANCEL reaches the callee, who need not answer; the caller gets 487', async () => {
  const { near, far, caller, callee } = await pair();
  const cancelled: string[] = [];
  callee.invite((request, response) => {
    request.on('cancel', (cancel) => cancelled.push(cancel.get('Reason')));
    response.send(180);
  });
  let sent: SrfRequest | undefined;
  const outcome = caller
    .createUAC(
      uriOf(far),
      { localSdp: sdp(5000) },
      {
        cbRequest: (_, request) => {
          sent = request;
        },
        cbProvisional: () => sent?.cancel({ headers: { Reason: 'SIP;cause=200;text="elsewhere"' } }),
      },
    )
    .catch((error) => error);
  expect(await outcome).toMatchObject({ status: 487 });
  expect(cancelled).toEqual(['SIP;cause=200;text="elsewhere"']);
  await quiet(near, far);
});

it('CANCEL before any response waits for one', async () => {
  const { near, far, caller, callee } = await pair();
  const cancelled: string[] = [];
  callee.invite((request) => request.on('cancel', () => cancelled.push('cancel')));
  const outcome = caller
    .createUAC(uriOf(far), { localSdp: sdp(5000) }, { cbRequest: (_, request) => request.cancel() })
    .catch((error) => error);
  expect(await outcome).toMatchObject({ status: 487 });
  expect(cancelled).toEqual(['cancel']);
  await quiet(near, far);
});

it('a 200 that crosses the CANCEL is acknowledged and ended', async () => {
  const { near, far, caller, callee } = await pair();
  const ended: string[] = [];
  let answer: (() => void) | undefined;
  callee.invite((request, response) => {
    response.send(180);
    answer = () => {
      void callee.createUAS(request, response, { localSdp: sdp(4000) }).then((dialog) => {
        dialog.on('destroy', () => ended.push('callee'));
      });
    };
  });
  let sent: SrfRequest | undefined;
  const dialog = caller.createUAC(
    uriOf(far),
    { localSdp: sdp(5000) },
    {
      cbRequest: (_, request) => {
        sent = request;
      },
      // The answer leaves first: the CANCEL finds the INVITE answered.
      cbProvisional: () => {
        answer?.();
        answer = undefined;
        setImmediate(() => sent?.cancel());
      },
    },
  );
  await dialog.then(
    (made) => made.on('destroy', () => ended.push('caller')),
    () => ended.push('caller'),
  );
  await until(() => expect(ended).toContain('callee'));
  await quiet(near, far);
});

it('an answer after CANCEL is refused to the application', async () => {
  const { near, far, caller, callee } = await pair();
  const outcome: unknown[] = [];
  callee.invite((request, response) => {
    response.send(180);
    request.on('cancel', () => response.send(200, { body: sdp(4000) }, (error) => outcome.push(error)));
  });
  let sent: SrfRequest | undefined;
  await caller
    .createUAC(
      uriOf(far),
      { localSdp: sdp(5000) },
      {
        cbRequest: (_, request) => {
          sent = request;
        },
        cbProvisional: () => sent?.cancel(),
      },
    )
    .catch((error) => error);
  await until(() => expect(outcome).toHaveLength(1));
  expect(String(outcome[0])).toContain('unknown transaction');
  await quiet(near, far);
});

it('CANCEL through a B2BUA ends both legs', async () => {
  const { near, far, caller, callee } = await pair();
  const { app, engine } = await import('./world.ts');
  const end = await engine();
  const last = await app(end);
  const cancelled: string[] = [];
  last.invite((request: SrfRequest, response: SrfResponse) => {
    request.on('cancel', () => cancelled.push('last'));
    response.send(180);
  });
  const legs: string[] = [];
  callee.invite((request, response) => {
    callee.createB2BUA(request, response, uriOf(end), {}).then(
      () => legs.push('answered'),
      (error) => legs.push(String(error.status)),
    );
  });
  let sent: SrfRequest | undefined;
  const outcome = await caller
    .createUAC(
      uriOf(far),
      { localSdp: sdp(5000) },
      {
        cbRequest: (_, request) => {
          sent = request;
        },
        cbProvisional: () => sent?.cancel(),
      },
    )
    .catch((error) => error);
  expect(outcome).toMatchObject({ status: 487 });
  await until(() => expect(legs).toEqual(['487']));
  expect(cancelled).toEqual(['last']);
  await quiet(near, far, end);
});
