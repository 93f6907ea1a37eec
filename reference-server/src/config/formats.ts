/** Formats of the settings schema, each with the words that tell what would be right. */
import { isIP } from 'node:net';
import { parseNumberRange } from './numbers.ts';

const httpUrl = (text: string): URL | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined;
};

export const formats: Readonly<Record<string, { readonly test: (text: string) => boolean; readonly wanted: string }>> =
  {
    'http-url': {
      test: (text) => httpUrl(text)?.hash === '',
      wanted: 'an http or https URL, such as "https://app.example/alarm"',
    },
    'http-base-url': {
      test: (text) => {
        const url = httpUrl(text);
        return url !== undefined && url.hash === '' && url.search === '';
      },
      wanted: 'an http or https URL without query, such as "https://app.example/callbacks"',
    },
    'http-origin': {
      test: (text) => httpUrl(text)?.origin === text,
      wanted: 'an origin, such as "https://app.example" or "http://127.0.0.1:3000"',
    },
    ip: { test: (text) => isIP(text) !== 0, wanted: 'an IP address' },
    'number-range': {
      test: (text) => parseNumberRange(text) !== undefined,
      wanted:
        'a number ("+46890510"), a range with ends of one length ("+46890500..+46890599"), a prefix ("+46*") or "*"',
    },
  };
