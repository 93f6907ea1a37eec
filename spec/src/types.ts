import type { components, operations as generated } from './generated/openapi.ts';

/** The operations of the OpenAPI document by operationId; callbacks are in it under their names. */
export type Operations = generated;

/** The reusable schemas of the OpenAPI document by name, e.g. `Schemas['Phrase']`. */
export type Schemas = components['schemas'];

/** operationId of a REST operation that the API itself has. */
export type OperationId =
  | 'stopRecording'
  | 'hangupParticipant'
  | 'splitConnection'
  | 'sendRemoteCallRingback'
  | 'startRecording'
  | 'hangupCall'
  | 'answerRemoteCall'
  | 'placeRemoteCall'
  | 'placeIvrCall'
  | 'hangupRemoteParticipant'
  | 'interruptIvrCommand';

/** operationId of a REST operation of the prompt storage, which is an extension (D-PROMPT). */
export type PromptOperationId = 'putPromptFile' | 'getPromptFile' | 'deletePromptFile';

/** Name of a callback; `alarm` is the one that goes to the URL configured for the domain. */
export type CallbackName =
  | 'callNotify'
  | 'callAnswered'
  | 'newCall'
  | 'getCallIdentifier'
  | 'sessionCompleted'
  | 'callEvent'
  | 'newRemoteCall'
  | 'getIvrCommand'
  | 'recordingReady'
  | 'alarm';

/** A callback whose answer steers the service. The answers to the others are not looked at (D-CB). */
export type AskingCallbackName = 'newCall' | 'getCallIdentifier' | 'callEvent' | 'newRemoteCall' | 'getIvrCommand';

type JsonOf<Content> = Content extends { 'application/json': infer Body } ? Body : never;

/** JSON body of a REST operation. */
export type OperationBody<Name extends OperationId> = JsonOf<Operations[Name]['requestBody']['content']>;

/** JSON of a successful answer to a REST operation. */
export type OperationAnswer<Name extends OperationId> = JsonOf<Operations[Name]['responses'][200]['content']>;

/** JSON of a failed answer to any REST operation (D-ERR). */
export type ErrorAnswer = Schemas['Error'];

/** JSON body of a callback. */
export type CallbackBody<Name extends CallbackName> = JsonOf<Operations[Name]['requestBody']['content']>;

/** JSON of the application's answer to a callback; `unknown` where nobody looks at it. */
export type CallbackAnswer<Name extends CallbackName> = Name extends AskingCallbackName
  ? JsonOf<Operations[Name]['responses'][200]['content']>
  : unknown;
