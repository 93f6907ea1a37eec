/**
 * The FreeSWITCH that tests run on, named in the environment:
 * MEDIASERVICE_TEST_FREESWITCH=<address>:<port of its event socket>[,<secret>[,<directory that both see>]].
 */
import process from 'node:process';
import type { FreeSwitchAddress } from '../options.ts';

export interface TestSwitch {
  readonly at: FreeSwitchAddress;
  readonly directory: string;
}

/** Why tests that need one are skipped. */
export const NONE = 'MEDIASERVICE_TEST_FREESWITCH names no FreeSWITCH';

export function testSwitch(setting = process.env.MEDIASERVICE_TEST_FREESWITCH): TestSwitch | undefined {
  if (setting === undefined || setting === '') return undefined;
  const [where = '', secret = 'ClueCon', directory = '/tmp/mediaservice-freeswitch-test'] = setting.split(',');
  const [, host = '', port = '8021'] = /^(.*?)(?::(\d+))?$/.exec(where) ?? [];
  const listenAddress = '127.0.0.1';
  return {
    at: { host, port: Number(port), secret, profile: 'drachtio_mrf', listenAddress, listenPort: 0 },
    directory,
  };
}
