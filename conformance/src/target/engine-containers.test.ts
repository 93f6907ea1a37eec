import { expect, it } from 'vitest';
import { NoEngine } from '../engine/engine.ts';
import { engine } from '../engine/testing/engine.ts';
import { engineWishes, startContainer, startEngines } from './engine-containers.ts';
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

const otherwise = /, or name engines that run: DRACHTIO_AT and FREESWITCH_AT$/;

it('says what to do where no container engine answers', async () => {
  const nobody = () =>
    Promise.reject(new NoEngine('No container engine answers (connect ENOENT): start Docker or Podman'));
  const starting = expect(startEngines(nobody)).rejects;
  await starting.toBeInstanceOf(TargetError);
  await starting.toThrow(otherwise);
});

/** A registry at an address where nothing listens: no image of it can be had, on whatever machine. */
const nowhere = '127.0.0.1:1/drachtio/drachtio-server:0.9.10';

it.skipIf(engine === undefined)('says what to do where an image cannot be had', async () => {
  const wish = { image: nowhere, command: [], env: {}, mounts: [] };
  const starting = expect(startContainer(wish, {})).rejects;
  await starting.toBeInstanceOf(TargetError);
  await starting.toThrow(otherwise);
  await starting.toThrow(`The container of ${nowhere} could not be started: `);
});
