import type { AskingCallbackName, CallbackName, OperationId, PromptOperationId } from './types.ts';

/** Where an operation is served: method and path below the base URL, with `{domain}` to be filled in. */
export interface OperationRow<Id extends string = string> {
  readonly operationId: Id;
  readonly method: 'POST' | 'PUT' | 'GET' | 'DELETE';
  readonly path: `/{domain}/${string}`;
}

/** How a callback is sent: POST to the callback base URL and this path; `asks` where its answer steers the service. */
export interface CallbackRow<Name extends CallbackName = CallbackName> {
  readonly name: Name;
  readonly path: `/${string}`;
  readonly asks: boolean;
}

const post = <Id extends OperationId>(operationId: Id): OperationRow<Id> => ({
  operationId,
  method: 'POST',
  path: `/{domain}/${operationId.toLowerCase()}`,
});

const prompt = <Id extends PromptOperationId>(operationId: Id, method: 'PUT' | 'GET' | 'DELETE'): OperationRow<Id> => ({
  operationId,
  method,
  path: '/{domain}/promptfile/{filename}',
});

/** The eleven REST operations of the API. The tests hold this table to the OpenAPI document. */
export const operations = {
  stopRecording: post('stopRecording'),
  hangupParticipant: post('hangupParticipant'),
  splitConnection: post('splitConnection'),
  sendRemoteCallRingback: post('sendRemoteCallRingback'),
  startRecording: post('startRecording'),
  hangupCall: post('hangupCall'),
  answerRemoteCall: post('answerRemoteCall'),
  placeRemoteCall: post('placeRemoteCall'),
  placeIvrCall: post('placeIvrCall'),
  hangupRemoteParticipant: post('hangupRemoteParticipant'),
  interruptIvrCommand: post('interruptIvrCommand'),
} as const satisfies { readonly [Id in OperationId]: OperationRow<Id> };

/** The three operations of the prompt storage (extension, D-PROMPT). */
export const promptOperations = {
  putPromptFile: prompt('putPromptFile', 'PUT'),
  getPromptFile: prompt('getPromptFile', 'GET'),
  deletePromptFile: prompt('deletePromptFile', 'DELETE'),
} as const satisfies { readonly [Id in PromptOperationId]: OperationRow<Id> };

const callback = <Name extends CallbackName>(name: Name, asks: boolean): CallbackRow<Name> => ({
  name,
  path: `/${name}`,
  asks,
});

/**
 * The ten callbacks. The path of `alarm` is ours, for a customer application that serves all of them side by side; a
 * service sends alarms to the whole URL that is configured for the domain (D-CB).
 */
export const callbacks = {
  callNotify: callback('callNotify', false),
  callAnswered: callback('callAnswered', false),
  newCall: callback('newCall', true),
  getCallIdentifier: callback('getCallIdentifier', true),
  sessionCompleted: callback('sessionCompleted', false),
  callEvent: callback('callEvent', true),
  newRemoteCall: callback('newRemoteCall', true),
  getIvrCommand: callback('getIvrCommand', true),
  recordingReady: callback('recordingReady', false),
  alarm: callback('alarm', false),
} as const satisfies { readonly [Name in CallbackName]: CallbackRow<Name> };

/** All operationIds of the API itself, in the document's order. */
export const operationIds = Object.keys(operations) as readonly OperationId[];

/** All callback names, in the document's order. */
export const callbackNames = Object.keys(callbacks) as readonly CallbackName[];

/** Whether the answer to this callback is used. */
export function isAsking(name: CallbackName): name is AskingCallbackName {
  return callbacks[name].asks;
}

/** Whether a text is one of the operationIds. */
export function isOperationId(text: string): text is OperationId {
  return Object.hasOwn(operations, text);
}

/** Whether a text is the name of a callback. */
export function isCallbackName(text: string): text is CallbackName {
  return Object.hasOwn(callbacks, text);
}
