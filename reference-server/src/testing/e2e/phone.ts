/** Telephones for tests: drachtio-srf on a second SIP engine, so that a call crosses a real network stack. */
import {
  newSrf,
  type SrfApp,
  type SrfDialog,
  type SrfHeaders,
  type SrfRequest,
  type SrfResponse,
} from '../../signalling/srf.ts';
import { type SipEngine, startSipEngine } from '../../sip-engine/engine.ts';
import { RtpEar } from './rtp-ear.ts';

export interface Call {
  readonly ear: RtpEar;
  /** SDP of the server. */
  readonly remoteSdp: string;
  readonly callId: string;
  /** Resolves with the far end's BYE. */
  readonly ended: Promise<void>;
  hangup(): Promise<void>;
  /** Sends a re-INVITE with this direction; resolves with the status. */
  reinvite(direction: 'sendrecv' | 'sendonly'): Promise<number>;
  /** The next re-INVITE of the server, which is answered with 200; resolves with its SDP. */
  readonly reinvited: Promise<string>;
}

export interface Refused {
  readonly status: number;
}

export interface Phones {
  /** As `host:port` that the server can call. */
  readonly address: string;
  /** Sends an INVITE; resolves with the answered call, or with the status of the refusal. */
  call(uri: string, headers?: SrfHeaders, provisional?: (status: number, ear: RtpEar) => void): Promise<Call | Refused>;
  /** Sends an INVITE and CANCELs it as soon as it is out, or `when`; resolves with the status of the INVITE. */
  callAndCancel(uri: string, when?: Promise<void>): Promise<Refused>;
  /** The next call that comes in is answered. */
  answerNext(): Promise<Call & { readonly request: SrfRequest }>;
  /** The next call that comes in is refused. */
  refuseNext(status: number): Promise<void>;
  /** The next call that comes in rings until it is cancelled. */
  ringAndWait(): { readonly rings: Promise<void>; readonly cancelled: Promise<void> };
  /** The next call that comes in rings and is never answered; resolves with its CANCEL. */
  ringNext(): Promise<void>;
  stats(): ReturnType<SipEngine['stats']>;
  close(): Promise<void>;
}

const secret = 'phones';

export async function startPhones(): Promise<Phones> {
  const engine = await startSipEngine({
    sip: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }],
    app: { host: '127.0.0.1', port: 0, secret },
  });
  const srf = newSrf();
  await new Promise<void>((resolve, reject) => {
    srf.on('connect', (error: unknown) => (error ? reject(error) : resolve()));
    srf.connect({ ...engine.appAddress, secret, reconnect: { maxAttempts: 1, retryMaxDelay: 100 } });
  });
  const ears = new Set<RtpEar>();
  const openEar = async (): Promise<RtpEar> => {
    const ear = await RtpEar.open();
    ears.add(ear);
    return ear;
  };
  let arrived: (request: SrfRequest, response: SrfResponse) => void = (_request, response) => response.send(480);
  srf.use('invite', (request, response) => arrived(request, response));
  const [listener] = engine.sipAddresses;

  return {
    address: `${listener?.address}:${listener?.port}`,
    stats: () => engine.stats(),
    async call(uri, headers = {}, provisional) {
      const ear = await openEar();
      return dial(srf, uri, ear, headers, undefined, provisional);
    },
    async callAndCancel(uri, when = Promise.resolve()) {
      const ear = await openEar();
      const result = await dial(srf, uri, ear, {}, (request) => void when.then(() => request.cancel()));
      if ('status' in result) return result;
      throw new Error('the call was answered');
    },
    refuseNext: (status) =>
      new Promise((resolve) => {
        arrived = (_request, response) => {
          response.send(status);
          resolve();
        };
      }),
    ringAndWait() {
      const rings = Promise.withResolvers<void>();
      const cancelled = Promise.withResolvers<void>();
      arrived = (request, response) => {
        request.on('cancel', () => cancelled.resolve());
        response.send(180);
        rings.resolve();
      };
      return { rings: rings.promise, cancelled: cancelled.promise };
    },
    ringNext: () =>
      new Promise((resolve) => {
        arrived = (request, response) => {
          request.on('cancel', () => resolve());
          response.send(180);
        };
      }),
    answerNext: () =>
      new Promise((resolve, reject) => {
        arrived = async (request, response) => {
          const ear = await openEar();
          const remoteSdp = bodyOf(request.raw);
          srf.createUAS(request, response, { localSdp: ear.sdp, headers: {} }, (error, dialog) => {
            if (dialog === undefined) return reject(error);
            ear.talkTo(remoteSdp);
            resolve({ ...callOf(dialog, ear, remoteSdp), request });
          });
        };
      }),
    async close() {
      for (const ear of ears) ear.close();
      srf.disconnect();
      await engine.close();
    },
  };
}

function dial(
  srf: SrfApp,
  uri: string,
  ear: RtpEar,
  headers: SrfHeaders,
  sent: (request: SrfRequest) => void = () => {},
  provisional: (status: number, ear: RtpEar) => void = () => {},
): Promise<Call | Refused> {
  return new Promise((resolve, reject) => {
    const on = {
      cbRequest: (_error: unknown, request?: SrfRequest) => void (request && sent(request)),
      cbProvisional: ({ status }: SrfResponse) => provisional(status, ear),
    };
    srf.createUAC(uri, { localSdp: ear.sdp, headers }, on, (error, dialog) => {
      if (dialog !== undefined) {
        const remoteSdp = bodyOf(dialog.res.raw);
        ear.talkTo(remoteSdp);
        resolve(callOf(dialog, ear, remoteSdp));
      } else if (error instanceof Error && 'status' in error) resolve({ status: Number(error.status) });
      else reject(error);
    });
  });
}

function callOf(dialog: SrfDialog, ear: RtpEar, remoteSdp: string): Call {
  const { contact } = dialog.local;
  return {
    ear,
    remoteSdp,
    callId: dialog.sip.callId,
    ended: new Promise((resolve) => dialog.on('destroy', () => resolve())),
    reinvite: (direction) =>
      new Promise((resolve, reject) => {
        const body = ear.sdp.replace('a=sendrecv', `a=${direction}`);
        const headers = { 'Content-Type': 'application/sdp', ...(contact !== undefined && { Contact: contact }) };
        dialog.request({ method: 'INVITE', body, headers }, (error, response) => {
          if (error || response === undefined) reject(error);
          else if (response.status >= 200) resolve(response.status);
        });
      }),
    reinvited: new Promise((resolve) => {
      dialog.on('modify', (request: SrfRequest, response: SrfResponse) => {
        const headers = { 'Content-Type': 'application/sdp', ...(contact !== undefined && { Contact: contact }) };
        response.send(200, { headers, body: ear.sdp });
        resolve(bodyOf(request.raw));
      });
    }),
    hangup: () => new Promise((resolve, reject) => dialog.destroy({}, (error) => (error ? reject(error) : resolve()))),
  };
}

const bodyOf = (raw: string): string => raw.slice(raw.indexOf('\r\n\r\n') + 4);
