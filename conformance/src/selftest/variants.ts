/** Servers that are right in another way than the reference server; the suite must pass with each. */
import { type JsonObject, loadCatalogue, loadOpenApi } from '@mediaservice/spec';
import { isObject } from '../drivers/http.ts';
import { callback, rest, sip } from './dsl/index.ts';
import type { HttpRewrite, Rewrite, SipRewrite } from './types.ts';
import type { HttpMessage } from './wires/http-message.ts';
import type { SipText } from './wires/sip-text.ts';

interface Variant {
  readonly title: string;
  readonly rewrites: () => readonly Rewrite[];
}

export const variants: Readonly<Record<string, Variant>> = {
  none: { title: 'Nothing is rewritten: the proxies alone', rewrites: () => [] },
  minimal: {
    title: 'Only what must be there',
    rewrites: () => [...optionalProperties(), ...minimalHttp, ...minimalSip],
  },
  chatty: { title: 'More than must be there', rewrites: () => [...chattyHttp, ...chattySip] },
};

/** Drops from each callback what its schema does not require and no MUST row of a service speaks of. */
function optionalProperties(): readonly HttpRewrite[] {
  const rows = loadCatalogue().filter(({ strength, role }) => strength === 'MUST' && role === 'service');
  const spoken = new Set(
    rows.flatMap(({ source }) =>
      source.flatMap((one) => ('callback' in one && one.part !== 'answer' ? [`${one.callback}.${one.property}`] : [])),
    ),
  );
  return bodies().flatMap(([name, schema]) => {
    const { properties, required } = schema;
    const must: readonly unknown[] = Array.isArray(required) ? required : [];
    const optional = Object.keys(isObject(properties) ? properties : {}).filter(
      (property) => !must.includes(property) && !spoken.has(`${name}.${property}`),
    );
    return optional.length === 0 ? [] : [callback(name).drop(...optional.map((property) => `/${property}`))];
  });
}

/** Callbacks and the schemas of their bodies. */
function bodies(): readonly (readonly [name: string, schema: JsonObject])[] {
  const document = loadOpenApi();
  const at = (holder: unknown, ...path: readonly string[]): unknown =>
    path.reduce<unknown>((inside, key) => {
      const found = isObject(inside) ? inside[key] : undefined;
      const ref = isObject(found) ? found.$ref : undefined;
      return typeof ref === 'string' ? at(document, ...ref.slice(2).split('/')) : found;
    }, holder);
  const webhooks = at(document, 'webhooks');
  return Object.keys(isObject(webhooks) ? webhooks : {}).flatMap((name) => {
    const schema = at(webhooks, name, 'post', 'requestBody', 'content', 'application/json', 'schema');
    return isObject(schema) ? [[name, schema] as const] : [];
  });
}

/** Headers that HTTP itself or a row of the catalogue asks for. */
const neededHeaders =
  /^(host|content-.*|transfer-encoding|connection|authorization|allow|www-authenticate|etag|retry-after|location)$/i;

const fewHeaders = (message: HttpMessage): object => {
  message.headers = message.headers.filter(([name]) => neededHeaders.test(name));
  return {};
};

const minimalHttp: readonly HttpRewrite[] = [callback('*').edit(fewHeaders), rest('*').edit(fewHeaders)];

/** Headers that no request or response must have (RFC 3261 20, table 2), and lines of SDP that only say the default. */
const minimalSip: readonly SipRewrite[] = [
  sip
    .any()
    .when(({ status }) => status !== 405)
    .drop('Allow'),
  sip.any().drop('User-Agent', 'Server', 'Date', 'Organization', 'Subject'),
  sip
    .any()
    .when(({ status }) => status !== 415)
    .drop('Accept', 'Accept-Encoding', 'Accept-Language'),
  sip
    .any()
    .withSdp()
    .sdp((line) => (/^a=(rtpmap:[08] |sendrecv$)/.test(line) ? undefined : line)),
];

const vendor = { of: ['nobody', 1, null], version: 2.5 };

/** Properties that nobody knows, in another order than usual. */
const talkative = (json: unknown): unknown =>
  isObject(json)
    ? {
        vendorData: vendor,
        ...Object.fromEntries(Object.entries(json).toReversed()),
        vendorNote: 'more than was asked for',
      }
    : undefined;

const moreHeaders = (message: HttpMessage): object => {
  message.headers.push(['X-Vendor-Note', 'chatty'], ['Cache-Control', 'no-store'], ['X-Request-Id', 'f00']);
  return {};
};

const chattyHttp: readonly HttpRewrite[] = [
  callback('*').json(talkative),
  callback('*').edit(moreHeaders),
  rest('*')
    .when(({ operation }) => !operation.endsWith('PromptFile'))
    .json(talkative),
  rest('*').edit(moreHeaders),
  // An alarm keeps no order with the callbacks of its session.
  callback('alarm').late(150),
];

const chattySip: readonly SipRewrite[] = [
  sip.any().changing((message) => {
    message.add('Vendor-Note', 'more "than" was asked; for=it').add('Organization', 'Nobody');
    if (message.isRequest) message.set('User-Agent', 'chatty/1.0 (variant)');
    else message.set('Server', 'chatty/1.0 (variant)');
  }),
  sip
    .any()
    .when(({ status }) => status > 100)
    .changing((message) => {
      message.start = `SIP/2.0 ${message.status} Said In Other Words`;
    }),
  sip
    .any()
    .withSdp()
    .changing((message) => {
      message.body = `${message.body}a=vendor-note:more\r\n`;
    }),
  // Provisional responses may come as often as the callee likes; only reliable ones are counted (RFC 3262).
  sip.response('INVITE', 180, 183).edit((message, { nth }) => {
    if (nth > 1 || message.get('RSeq') !== undefined) return undefined;
    return { also: [message.copy(), queued(message)] };
  }),
];

/** 182 of the same transaction, without a body. */
function queued(message: SipText): SipText {
  const one = message.copy();
  one.start = 'SIP/2.0 182 Queued';
  if (one.body !== '') one.set('Content-Type', undefined).body = '';
  return one;
}
