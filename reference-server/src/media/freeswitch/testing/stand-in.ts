/**
 * A stand-in for a FreeSWITCH where there is none: its event socket in both directions and its SIP profile, as far as
 * drachtio-fsmrf uses them. It makes no sound. What it does not know it answers with +OK.
 */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { newSrf, type SrfDialog, type SrfRequest, type SrfResponse } from '../../../signalling/srf.ts';
import { startSipEngine } from '../../../sip-engine/engine.ts';
import type { FreeSwitchAddress } from '../options.ts';

const SECRET = 'ClueCon';
const SIP_SECRET = 'inside the stand-in';

export interface StandInChannel {
  readonly uuid: string;
  /** What it was offered, first to last. */
  readonly offers: string[];
  /** Sends an event of the channel. */
  event(name: string, headers?: Readonly<Record<string, string>>): void;
  over: boolean;
}

export interface StandIn {
  readonly at: FreeSwitchAddress;
  readonly sipPort: number;
  readonly channels: readonly StandInChannel[];
  readonly commands: readonly string[];
  readonly applications: readonly string[];
  /** Answers of commands; others get +OK. */
  readonly answers: Map<string, string>;
  /** Status that INVITEs are refused with. */
  refuses: number | undefined;
  /** INVITEs get no answer. */
  deaf: boolean;
  /** So many calls more are answered, and ended before their channels come. */
  hollow: number;
  /** Commands get no answer. */
  silent: boolean;
  /** It dies: every connection breaks. */
  crash(): Promise<void>;
}

/** `port` of the event socket and `sipPort`: where it was before. */
export async function startStandIn(port = 0, sipPort = 0): Promise<StandIn> {
  const engine = await startSipEngine({
    sip: [{ protocol: 'udp', host: '127.0.0.1', port: sipPort }],
    app: { host: '127.0.0.1', port: 0, secret: SIP_SECRET },
  });
  const srf = newSrf();
  const connected = new Promise((resolve) => srf.on('connect', resolve));
  srf.connect({ ...engine.appAddress, secret: SIP_SECRET, reconnect: { maxAttempts: 1, retryMaxDelay: 100 } });
  await connected;
  const [sip] = engine.sipAddresses;

  const sockets = new Set<Socket>();
  const channels: (StandInChannel & { readonly dialog: SrfDialog })[] = [];
  const commands: string[] = [];
  const applications: string[] = [];
  const status = `drachtio_mrf\tprofile\tsip:mod_sofia@${sip?.address}:${sip?.port}\tRUNNING (0)\n`;
  const answers = new Map([
    ['sofia status', status],
    ['module_exists mod_spandsp', 'true'],
    ['fsctl pause_check inbound', 'false'],
    ['global_getvar mediaservice_draining', ''],
  ]);
  const standIn: Pick<StandIn, 'refuses' | 'silent' | 'deaf' | 'hollow'> = {
    ...{ refuses: undefined, silent: false, deaf: false, hollow: 0 },
  };

  const command = (text: string): string => {
    commands.push(text);
    const [name, uuid] = text.split(' ');
    const channel = channels.find((each) => each.uuid === uuid);
    if (name === 'uuid_kill' && channel !== undefined) end(channel);
    if (name === 'uuid_transfer') channel?.event('CHANNEL_PARK');
    if (name === 'uuid_bridge') channel?.event('CHANNEL_BRIDGE');
    return answers.get(text) ?? '+OK\n';
  };

  const end = (channel: (typeof channels)[number]): void => {
    channel.over = true;
    channel.event('CHANNEL_CALLSTATE', { 'Channel-Call-State': 'HANGUP', 'Hangup-Cause': 'NORMAL_CLEARING' });
    channel.dialog.destroy({}, () => undefined);
  };

  // ------------------------------------------------ what comes in on a connection, whoever opened it
  const converse = (socket: Socket, channelData?: string, execute?: (headers: string) => void): void => {
    sockets.add(socket);
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let text = '';
    socket.on('data', (part: string) => {
      text += part;
      for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
        const message = text.slice(0, at).trim();
        text = text.slice(at + 2);
        if (message === 'connect') socket.write(`Content-Type: command/reply\n${channelData}\n\n`);
        else if (message.startsWith('api ')) {
          if (standIn.silent) continue;
          const body = command(message.slice(4).trim());
          socket.write(`Content-Type: api/response\nContent-Length: ${Buffer.byteLength(body)}\n\n${body}`);
        } else {
          const reply =
            message === `auth ${SECRET}` ? '+OK accepted' : message.startsWith('auth') ? '-ERR invalid' : '+OK';
          socket.write(`Content-Type: command/reply\nReply-Text: ${reply}\n\n`);
          if (message.startsWith('sendmsg')) execute?.(message);
        }
      }
    });
  };

  const server = createServer((socket) => {
    converse(socket);
    socket.write('Content-Type: auth/request\n\n');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  // ------------------------------------------------ a call
  const invited = (request: SrfRequest, response: SrfResponse): void => {
    if (standIn.deaf) return;
    if (standIn.refuses !== undefined) {
      response.send(standIn.refuses);
      return;
    }
    const uuid = randomUUID();
    const sdp = [
      ...['v=0', 'o=FreeSWITCH 1 1 IN IP4 127.0.0.1', 's=FreeSWITCH', 'c=IN IP4 127.0.0.1', 't=0 0'],
      ...[`m=audio ${30_000 + channels.length * 2} RTP/AVP 0 96`, 'a=rtpmap:0 PCMU/8000', ''],
    ].join('\r\n');
    srf.createUAS(request, response, { localSdp: sdp, headers: {} }, (error, dialog) => {
      if (error || dialog === undefined) return;
      if (standIn.hollow > 0) {
        standIn.hollow--;
        dialog.destroy({}, () => undefined);
        return;
      }
      const outbound = /^X-esl-outbound: *(.*?):(\d+)\r$/im.exec(request.raw);
      const socket = connect({ host: outbound?.[1] ?? '', port: Number(outbound?.[2]) });
      const channel = {
        ...{ uuid, dialog, over: false, offers: [bodyOf(request.raw)] },
        event(name: string, headers: Readonly<Record<string, string>> = {}): void {
          const body = JSON.stringify({ 'Event-Name': name, 'Unique-ID': uuid, ...headers });
          socket.write(`Content-Length: ${Buffer.byteLength(body)}\nContent-Type: text/event-json\n\n${body}`);
        },
      };
      channels.push(channel);
      dialog.on('modify', (again: SrfRequest, answer: SrfResponse) => {
        channel.offers.push(bodyOf(again.raw));
        answer.send(200, { body: sdp });
      });
      dialog.on('destroy', () => {
        channel.over = true;
        socket.end();
      });
      const data = {
        ...{ 'Event-Name': 'CHANNEL_DATA', 'Unique-ID': uuid, 'Channel-Unique-ID': uuid },
        variable_sip_user_agent: /^User-Agent: *(.*)\r$/im.exec(request.raw)?.[1] ?? '',
        variable_rtp_local_sdp_str: sdp,
        variable_send_silence_when_idle: '-1',
      };
      const lines = Object.entries(data).map(([name, value]) => `${name}: ${encodeURIComponent(value)}`);
      converse(socket, lines.join('\n'), (message) => {
        const header = (name: string): string => new RegExp(`^${name}: *(.*)$`, 'im').exec(message)?.[1]?.trim() ?? '';
        applications.push(`${header('execute-app-name')} ${header('execute-app-arg')}`.trim());
        channel.event('CHANNEL_EXECUTE_COMPLETE', { 'Application-UUID': header('Event-UUID') });
      });
    });
  };
  srf.use('invite', invited);

  return Object.assign(standIn, {
    ...{ channels, commands, applications, answers, sipPort: sip?.port ?? 0 },
    at: {
      ...{ host: '127.0.0.1', port: (server.address() as AddressInfo).port, secret: SECRET, profile: 'drachtio_mrf' },
      ...{ listenAddress: '127.0.0.1', listenPort: 0 },
    },
    async crash() {
      srf.disconnect();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed, engine.close()]);
    },
  });
}

const bodyOf = (message: string): string => message.slice(message.indexOf('\r\n\r\n') + 4);
