/** Whether a service takes an answer to a callback: HTTP, the OpenAPI document, and the rules beyond it. Pure. */
import {
  type CallbackName,
  isAsking,
  type JsonObject,
  type Violation,
  validateCallbackAnswer,
} from '@mediaservice/spec';
import { isObject } from '../../drivers/http.ts';
import type { Reply } from './ask.ts';
import { type Consequence, consequenceOf, type Fault } from './consequences.ts';

/** One thing that is wrong with an answer. */
export interface Finding {
  readonly fault: Fault;
  /** What is wrong, as a sentence without its end: `getIvrCommand answered 500`. */
  readonly words: string;
  /** JSON pointer into the answer, where there is one. */
  readonly pointer?: string;
  readonly consequence: Consequence;
}

/** An answer may have as many faults as it has bytes; nobody reads more of them than these. */
const mostTold = 20;

/** What is wrong with an answer to a callback of this name and body; nothing: a service takes it. */
export function judgeReply(name: CallbackName, asked: JsonObject, reply: Reply): readonly Finding[] {
  const finding = (fault: Fault, words: string, pointer?: string): Finding => ({
    ...{ fault, words, consequence: consequenceOf(name, fault) },
    ...(pointer !== undefined && { pointer }),
  });
  if (reply.kind === 'none') return [finding(isAsking(name) ? 'failed' : 'not noted', reply.words)];
  const { status, type, text } = reply;
  if (!isAsking(name))
    return status >= 200 && status <= 299 ? [] : [finding('not noted', `it answered ${status} where any 2xx is right`)];
  if (status !== 200) return [finding('failed', `it answered ${status} where only 200 is an answer`)];
  if (text === undefined) return [finding('failed', 'the answer is not in UTF-8')];
  if (text === '') return name === 'newRemoteCall' ? [] : [finding('empty', 'the answer has no body')];
  if (type !== undefined && !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type))
    return [finding('failed', `the answer has the Content-Type ${type}`)];
  if (!('json' in reply)) return [finding('failed', 'the answer is no JSON')];
  if (!isObject(reply.json)) return [finding('no object', 'the answer is JSON, but no object')];
  const answer = reply.json;
  const faults = faultsOf(name, asked, answer);
  const first = faults.slice(0, mostTold).map(([fault, words, pointer]) => finding(fault, words, pointer));
  const next = faults[mostTold];
  return next === undefined ? first : [...first, finding(next[0], `${faults.length - mostTold} more of the kind`)];
}

type Told = readonly [fault: Fault, words: string, pointer?: string];

function faultsOf(name: CallbackName, asked: JsonObject, answer: JsonObject): readonly Told[] {
  const violations = validateCallbackAnswer(name, answer);
  const rest = violations.map(byDocument);
  switch (name) {
    case 'newCall':
    case 'callEvent':
      return actionFaults(answer, violations);
    case 'getIvrCommand':
      return ivrFaults(asked, answer, violations);
    case 'getCallIdentifier':
      return answer.sessionId !== undefined && answer.sessionId !== asked.sessionId
        ? [...rest, ['failed', 'the sessionId is not the one that was asked with', '/sessionId']]
        : rest;
    case 'newRemoteCall':
    case 'callNotify':
    case 'callAnswered':
    case 'sessionCompleted':
    case 'recordingReady':
    case 'alarm':
      return rest;
    default:
      return name satisfies never;
  }
}

const byDocument = ({ pointer, message }: Violation): Told => [
  'failed',
  `${pointer === '' ? 'the answer' : pointer} ${message}`,
  pointer,
];

const actions = new Set(['drop', 'ivr', 'call', 'httpcall', 'connect']);
/** What an action cannot do without (D-ACTION). */
const needs: Readonly<Record<string, readonly string[]>> = {
  call: ['destAddr'],
  connect: ['participantId'],
  httpcall: ['codec', 'receiveIp', 'receivePort'],
};
const dropCodes = new Set(['busy', 'decline', 'notFound', 'unavailable', 'forbidden', 'congestion']);

/** The first thing that is wrong decides what happens, so the others are not told. */
function actionFaults(answer: JsonObject, violations: readonly Violation[]): readonly Told[] {
  const { action, dropCode, destAddr, monitorDestAddr } = answer;
  if (action === undefined || action === null || action === '')
    return [['no action', 'the answer has no action', '/action']];
  if (typeof action !== 'string' || !actions.has(action))
    return [['unknown action', `there is no action ${JSON.stringify(action)}`, '/action']];
  if (action === 'drop' && dropCode !== undefined && !isDropCode(dropCode))
    return [['unknown drop code', `there is no dropCode ${JSON.stringify(dropCode)}`, '/dropCode']];
  if (violations.length > 0) return violations.map(byDocument);
  const lacking = (needs[action] ?? []).filter((key) => answer[key] === undefined || answer[key] === '');
  if (lacking.length > 0)
    return lacking.map((key) => ['failed', `the action ${action} needs ${key}`, `/${key}`] as const);
  if (action === 'httpcall' && !isIpAddress(String(answer.receiveIp)))
    return [['failed', `${JSON.stringify(answer.receiveIp)} is no IP address`, '/receiveIp']];
  if (action === 'call' && answer.callRecording === true && !isRecordingName(answer.recordingFileName))
    return [['failed', 'recordingFileName is no plain name of a .wav or .mp3 file', '/recordingFileName']];
  if (action === 'call' && !isSipUri(String(destAddr)))
    return [['bad address', `${JSON.stringify(destAddr)} is no SIP URI that can be called`, '/destAddr']];
  return monitorDestAddr !== undefined && !isSipUri(String(monitorDestAddr))
    ? [
        [
          'bad monitor address',
          `${JSON.stringify(monitorDestAddr)} is no SIP URI that can be called`,
          '/monitorDestAddr',
        ],
      ]
    : [];
}

/** An IPv4 or IPv6 address; the URL parser knows both (RFC 3986 section 3.2.2), and rewrites other ways to write IPv4. */
function isIpAddress(text: string): boolean {
  if (text.includes(':')) return /^[0-9a-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`);
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255);
}

/** D-RECNAME; absent: the service names it. */
const isRecordingName = (name: unknown): boolean =>
  typeof name !== 'string' || name === '' || /\.(?:wav|mp3)$/i.test(name);

/** One of six words, or a status from 400 to 699, which may be a text of three digits (D-DROP, D-DROPALARM). */
function isDropCode(code: unknown): boolean {
  if (typeof code === 'string' && dropCodes.has(code)) return true;
  const status = typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : code;
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 699;
}

/** A SIP or SIPS URI that may stand in a Request-URI (RFC 3261 section 19.1.1, D-REQUESTURI). */
function isSipUri(text: string): boolean {
  const [, user, host = '', port, parameters = ''] =
    /^sips?:(?:([^@]*)@)?(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?((?:;[^;?]*)*)$/i.exec(text) ?? [];
  const escaped = text.replace(/%[0-9a-f]{2}/gi, '');
  return (
    host !== '' &&
    user !== '' &&
    !/[\s<>"%\x00-\x1f\x7f]/.test(escaped) &&
    !/;method(=|;|$)/i.test(parameters) &&
    (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535))
  );
}

function ivrFaults(asked: JsonObject, answer: JsonObject, violations: readonly Violation[]): readonly Told[] {
  const ofPhrase = ({ pointer }: Violation): boolean => /^\/phrases\/\d+/.test(pointer);
  const general = violations.filter((one) => !ofPhrase(one));
  if (general.length > 0) return general.map(byDocument);
  const foreign = ['sessionId', 'replyId'].filter(
    (key) => answer[key] !== undefined && answer[key] !== null && answer[key] !== asked[key],
  );
  if (foreign.length > 0)
    return foreign.map((key) => ['nothing to do', `the ${key} is not the one that was asked with`, `/${key}`] as const);
  if (!doesSomething(answer))
    return [
      [
        'nothing to do',
        'the command has nothing to do: no phrases, no digits to collect, no hangup and no getIVRCommandAfter',
      ],
    ];
  const unlike = violations.filter(ofPhrase);
  return unlike.length > 0
    ? unlike.map(({ pointer, message }) => ['bad phrase', `${pointer} ${message}`, pointer] as const)
    : phraseFaults(answer.phrases);
}

/** What a phrase needs beyond what the document says of it (D-PHRASE, D-URL, D-FILE, D-NULL). */
function phraseFaults(phrases: unknown): readonly Told[] {
  const all: readonly unknown[] = Array.isArray(phrases) ? phrases : [];
  return all.flatMap((phrase, i) => {
    const lacking = isObject(phrase) ? lackingOf(phrase) : undefined;
    const pointer = `/phrases/${i}`;
    return lacking === undefined ? [] : [['bad phrase', `${pointer} has no ${lacking}`, pointer] as const];
  });
}

function lackingOf({ format, fileName, url, awsTTSParameters, googleTTSParameters }: JsonObject): string | undefined {
  const named = typeof fileName === 'string' && fileName !== '';
  switch (format) {
    case 'file':
    case 'record':
      return named ? undefined : 'fileName';
    case 'url':
      return typeof url === 'string' || (named && /^https?:/i.test(fileName)) ? undefined : 'url';
    case 'awstts':
      return isObject(awsTTSParameters) ? undefined : 'awsTTSParameters';
    case 'googletts': {
      const input = isObject(googleTTSParameters) ? googleTTSParameters.input : undefined;
      return isObject(input) && (input.text ?? input.ssml) !== undefined ? undefined : 'text or ssml to say';
    }
    default:
      return undefined;
  }
}

const collecting = ['maxDigits', 'firstTimeout', 'betweenTimeout', 'terminationKey'];

/** D-LOOP, D-COLLECT, D-AFTER. */
function doesSomething({ phrases, dtmf, hangup, getIVRCommandAfter }: JsonObject): boolean {
  return (
    (Array.isArray(phrases) && phrases.length > 0) ||
    (isObject(dtmf) && collecting.some((key) => dtmf[key] !== undefined)) ||
    hangup === true ||
    (typeof getIVRCommandAfter === 'number' && getIVRCommandAfter > 0)
  );
}
