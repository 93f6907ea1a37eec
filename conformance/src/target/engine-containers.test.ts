import { expect, it } from 'vitest';
import { engineWishes, startEngines } from './engine-containers.ts';
import { TargetError } from './types.ts';

const setting = {
  secret: 'hush',
  directory: '/tmp/shared',
  ports: { drachtio: 1, sip: 2, socket: 3, media: 4 },
};

it('names the addresses that the containers are told', () => {
  const { containers, engines } = engineWishes(setting, '/deploy/freeswitch');
  const [drachtio, freeswitch] = containers;
  expect(engines.drachtio).toEqual({
    ...{ host: '127.0.0.1', port: 1, secret: 'hush' },
    sip: { host: '127.0.0.1', port: 2 },
  });
  expect(drachtio?.command.join(' ')).toContain('--contact sip:127.0.0.1:2;transport=udp,tcp');
  expect(drachtio?.command.join(' ')).toContain('--port 1 --secret hush');
  expect(engines.freeswitch).toEqual({ host: '127.0.0.1', port: 3, secret: 'hush', directory: '/tmp/shared' });
  expect(freeswitch?.env).toMatchObject({ MEDIASERVICE_FS_SOCKET_PORT: '3', MEDIASERVICE_FS_SIP_PORT: '4' });
  expect(freeswitch?.mounts).toContainEqual(['/tmp/shared', '/tmp/shared']);
});

it('says what to do where no container engine answers, or has not got the images', async (ctx) => {
  const outcome = await startEngines().then(
    ({ dispose }) => ({ dispose, error: undefined }),
    (error: unknown) => ({ error, dispose: async () => undefined }),
  );
  await outcome.dispose();
  if (outcome.error === undefined) ctx.skip('a container engine with the images answers here');
  expect(outcome.error).toBeInstanceOf(TargetError);
  expect(String(outcome.error)).toMatch(/DRACHTIO_AT and FREESWITCH_AT/);
});
