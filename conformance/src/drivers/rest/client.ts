import { randomUUID } from 'node:crypto';
import { operations } from '@mediaservice/spec';
import { request } from 'undici';
import { verifyPact } from '../../contracts/verifier.ts';
import type { Target } from '../../target/types.ts';
import { parseJson, plainHeaders } from '../http.ts';
import { type Exchange, exchangeHeader, intendedHeader, type PrismTap } from '../prism-proxy/types.ts';
import { bearerToken } from './token.ts';
import type { RestClient, RestResponse, RestVariant } from './types.ts';

interface RestClientOptions {
  readonly target: Target;
  readonly tap: PrismTap;
  /** Told of each exchange when it is over and judged. */
  readonly onExchange?: (exchange: Exchange) => void;
}

/** A client for one scenario. All it does goes through the checking tap. */
export function restClient({ target, tap, onExchange }: RestClientOptions): RestClient {
  const prefix = new URL(target.rest.baseUrl).pathname.replace(/\/$/, '');

  const send = async (path: string, body: unknown, variant: RestVariant = {}): Promise<RestResponse> => {
    const domain = variant.domain ?? target.domain;
    const id = randomUUID();
    const payload = variant.raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const type = contentType(variant, payload);
    const headers = {
      ...(await authorization(target, variant)),
      ...(type !== undefined && { 'content-type': type }),
      ...variant.headers,
      [exchangeHeader]: id,
      ...(isIntended(variant) && { [intendedHeader]: '1' }),
    };
    const timeout = variant.timeoutMs ?? 10_000;
    const response = await request(`${tap.url}${prefix}/${encodeURIComponent(domain)}/${path}`, {
      method: variant.method ?? 'POST',
      headers,
      bodyTimeout: timeout,
      headersTimeout: timeout,
      ...(payload !== undefined && { body: payload }),
    }).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${variant.method ?? 'POST'} ${path}: the target gave no answer (${why})`);
    });
    const bytes = new Uint8Array(await response.body.arrayBuffer());
    const raw = Buffer.from(bytes).toString();
    const exchange = await tap.exchange(id);
    onExchange?.(exchange);
    return {
      status: response.statusCode,
      headers: plainHeaders(response.headers),
      raw,
      bytes,
      body: parseJson(raw),
      ms: exchange.ms,
      violations: exchange.violations,
    };
  };

  return {
    send,
    call: async (name, body, variant) => {
      const path = operations[name].path.replace('/{domain}/', '');
      // What the answer is like is what Prism has just judged.
      return (await send(path, body, variant)) as Awaited<ReturnType<RestClient['call']>> as never;
    },
    verify: async ({ pact, states, expectInvalid }) => {
      const id = randomUUID();
      const headers = { [exchangeHeader]: id, ...(expectInvalid && { [intendedHeader]: '1' }) };
      const mismatches = await verifyPact({ pact, states, headers, baseUrl: `${tap.url}${prefix}` });
      onExchange?.(await tap.exchange(id));
      return mismatches;
    },
    token: (changes) => bearerToken(target.credentials, target.domain, changes),
  };
}

/** Nobody leaves out a token or changes the method by mistake. */
const isIntended = ({ expectInvalid, authorization, method }: RestVariant): boolean =>
  expectInvalid ?? (authorization !== undefined || (method !== undefined && method !== 'POST'));

function contentType({ contentType }: RestVariant, payload: string | Uint8Array | undefined): string | undefined {
  if (contentType === 'none') return undefined;
  return contentType ?? (payload === undefined ? undefined : 'application/json');
}

/** The token is that of the main domain even where the path names another one: that is what such a scenario is about. */
async function authorization(target: Target, variant: RestVariant): Promise<Record<string, string>> {
  if (variant.authorization === 'none') return {};
  if (variant.authorization) return { authorization: variant.authorization.value };
  return { authorization: `Bearer ${await bearerToken(target.credentials, target.domain)}` };
}
