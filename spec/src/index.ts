export { loadCapabilities, loadCatalogue, loadDecisions, type Requirement, type Source } from './catalogue.ts';
export { type JsonObject, loadOpenApi, openApiPath, webhooksAsPaths } from './document.ts';
export { type FrozenSet, frozenVersions, loadFrozen, meaningOf } from './frozen.ts';
export { type Hints, hintOf, loadHints } from './hints.ts';
export { pactUrl } from './pacts.ts';
export { isOfProfile, loadProfiles, type Profile } from './profiles.ts';
export {
  type CallbackRow,
  callbackNames,
  callbacks,
  isAsking,
  isCallbackName,
  isOperationId,
  type OperationRow,
  operationIds,
  operations,
  promptOperations,
} from './tables.ts';
export type {
  AskingCallbackName,
  CallbackAnswer,
  CallbackBody,
  CallbackName,
  ErrorAnswer,
  OperationAnswer,
  OperationBody,
  OperationId,
  Operations,
  PromptOperationId,
  Schemas,
} from './types.ts';
export {
  type Violation,
  validateCallbackAnswer,
  validateCallbackBody,
  validateOperationBody,
  validateSchema,
} from './validators.ts';
