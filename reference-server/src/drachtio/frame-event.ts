import type { CallRecord, EndpointEvent, Listener, Path } from '../sip/endpoint.ts';
import { serializeMessage } from '../sip/message/index.ts';
import { encodeFrame } from './frame.ts';

/** `HH:MM:SS.micros` of the day in UTC, as drachtio stamps its messages; `time` in milliseconds since 1970. */
export function clockText(time: number): string {
  const ofDay = Math.floor(time) % 86_400_000;
  const seconds = Math.floor(ofDay / 1000);
  const [hour, minute, second] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}.${String(ofDay % 1000).padStart(3, '0')}000`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

/** The address by which the other end of a path knows us. */
export type OwnAddress = (path: Path) => string;

/** source|bytes|protocol|address|port|time, which every SIP message carries in its head line. */
function meta(size: number, path: Path, clock: string, own?: OwnAddress): string {
  const source = own === undefined ? 'network' : 'application';
  const { address, port } = own === undefined ? path : { address: own(path), port: path.local.port };
  return `${source}|${size}|${path.protocol}|${address}|${port}|${clock}`;
}

/** `proto/host:port`, as the answer to `authenticate` lists them. */
export function hostPorts(listeners: readonly Listener[], own: (listener: Listener) => string): string {
  return listeners.map((each) => `${each.protocol}/${own(each)}:${each.port}`).join(',');
}

/** Answer to a command that involves no SIP message. */
export function answerFrame(frame: string, id: string, text: string): Buffer {
  return encodeFrame(`${frame}|response|${id}|${text}`);
}

/**
 * What an application is told of an event. `frame` is the id of the frame, `clock` the text of `clockText`.
 * Undefined for events that are no message to an application.
 */
export function eventFrame(frame: string, event: EndpointEvent, clock: string, own: OwnAddress): Buffer | undefined {
  switch (event.type) {
    case 'request': {
      const tail = event.dialog === undefined ? `|${own(event.from)}|${event.from.local.port}|` : `${event.dialog}|`;
      const head = `${frame}|sip|${meta(event.size, event.from, clock)}|${event.id}|${tail}`;
      return encodeFrame(head, serializeMessage(event.request));
    }
    case 'ack':
    case 'cancel': {
      const head = `${frame}|sip|${meta(event.size, event.from, clock)}|${event.id}|${event.dialog ?? ''}|`;
      return encodeFrame(head, serializeMessage(event.request));
    }
    case 'response': {
      const head = `${frame}|sip|${meta(event.size, event.from, clock)}|${event.id}|${event.dialog ?? ''}|`;
      return encodeFrame(head, serializeMessage(event.response));
    }
    case 'ended': {
      const head = `${frame}|sip|${meta(event.size, event.to, clock, own)}|unsolicited|${event.dialog}|`;
      return encodeFrame(head, serializeMessage(event.request));
    }
    case 'sent': {
      const { ref, id, bytes, kind } = event;
      const what = meta(bytes.byteLength, event.to, clock, own);
      const tail = kind === 'request' ? `${id}|Msg sent:|` : `${id}|${event.dialog ?? ''}||Msg sent:|`;
      return encodeFrame(`${frame}|response|${ref.id}|OK|${what}|${tail}`, bytes);
    }
    case 'refused':
      return answerFrame(frame, event.ref.id, `NOK|${event.reason.replace(/[|\r\n]+/g, ' ')}`);
    case 'proxy-response': {
      const head = `${frame}|response|${event.ref.id}|OK|${meta(event.size, event.from, clock)}|||continue`;
      return encodeFrame(head, serializeMessage(event.response));
    }
    case 'proxy-done':
      return answerFrame(frame, event.ref.id, 'OK|done');
    case 'record':
      return undefined;
    default:
      return event satisfies never;
  }
}

/** A call detail record. */
export function recordFrame(frame: string, record: CallRecord, clock: string): Buffer {
  const last =
    record.stage === 'start'
      ? `|${record.role ?? 'undefined'}`
      : record.stage === 'stop'
        ? `|${record.cause ?? 'undefined'}`
        : '';
  return encodeFrame(`${frame}|cdr:${record.stage}|${record.source}|${clock}${last}`, serializeMessage(record.message));
}
