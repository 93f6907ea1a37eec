export { answer, continued, mirrored, offer, settle, withDirection } from './offer-answer.ts';
export { parseSdp, serializeSdp } from './parse.ts';
export {
  addressOf,
  attributes,
  audioOf,
  codecsOf,
  directionOf,
  isTelephoneEvent,
  originOf,
  ptimeOf,
  sameCodec,
  telephoneEventFor,
  viewOf,
} from './read.ts';
export { staticCodec } from './static-types.ts';
export * from './types.ts';
