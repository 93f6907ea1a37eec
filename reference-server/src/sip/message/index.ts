export { createStreamFramer, type FramerLimits, type StreamFramer } from './framer.ts';
export { type HeaderField, Headers } from './headers.ts';
export { parseMultipart } from './multipart.ts';
export { headerName } from './names.ts';
export { noBody } from './no-body.ts';
export { parseParams, serializeParams } from './params.ts';
export { parseMessage } from './parse.ts';
export { quote, unquote } from './quoted.ts';
export { reasonPhrase } from './reasons.ts';
export { responseTo, tagOf } from './respond.ts';
export { serializeMessage } from './serialize.ts';
export { splitList } from './split.ts';
export * from './types.ts';
export { escapeUser, parseUri, serializeUri, unescapeUri } from './uri.ts';
export { type RequestRules, validateRequest } from './validate.ts';
export {
  parseCSeq,
  parseNameAddr,
  parseRAck,
  parseSessionExpires,
  serializeNameAddr,
  serializeSessionExpires,
} from './values.ts';
export { parseVia, serializeVia } from './via.ts';
