/** Figures as the page tells them. Pure. */
import { bytes, ms } from '../../cli/words.ts';
import { isMeasure, measureOf } from '../../figures/measures.ts';
import { EXIT, type ExitCode } from '../model.ts';
import type { ValueUnit } from './scale.ts';

/** Four digits are more than any figure here is good for; 12,345 has marks where whole numbers are counted. */
export const number = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString('en') : String(Number(value.toPrecision(4)));

export function valueText(value: number, unit: ValueUnit): string {
  switch (unit) {
    case 'ms':
      return ms(value);
    case 'bytes':
      return bytes(value);
    case '%':
      return `${Number(value.toPrecision(3))} %`;
    case 'calls':
    case 'calls/s':
      return `${number(value)} ${unit}`;
    case 'cores':
      return `${value.toFixed(2)} cores`;
    case 'score':
    case 'count':
      return number(value);
    default:
      return unit satisfies never;
  }
}

/** A measure of figures/measures.ts in words; one of another version of the kit keeps its name. */
export function measureText(name: string, value: number): string {
  const unit = isMeasure(name) ? measureOf(name).unit : '';
  return unit === '' ? number(value) : valueText(value, unit);
}

export const measureTitle = (name: string): string => (isMeasure(name) ? measureOf(name).title : name);

/** Seconds since the start: `42 s`, `12:05 min`, `1:02:05 h`. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (part: number): string => String(part).padStart(2, '0');
  if (whole < 120) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}:${two(whole % 60)} min`;
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)} h`;
}

export const stretch = (from: number, to: number): string =>
  from === to ? `at ${clock(from)}` : `${clock(from)} to ${clock(to)}`;

/** `2026-11-23 05:38:12 UTC` */
export const moment = (iso: string): string => iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');

export interface Headline {
  readonly sign: string;
  readonly words: string;
  readonly tone: 'good' | 'bad' | 'warn';
}

/** What an exit code of a run says. */
export function headline(code: ExitCode): Headline {
  switch (code) {
    case EXIT.held:
      return { sign: '✓', words: 'All objectives held', tone: 'good' };
    case EXIT.broken:
      return { sign: '✗', words: 'Not all objectives held', tone: 'bad' };
    case EXIT.settings:
      return { sign: '!', words: 'Something has to be set right', tone: 'warn' };
    case EXIT.incomplete:
      return { sign: '!', words: 'Not complete', tone: 'warn' };
    case EXIT.harnessError:
      return { sign: '!', words: 'The kit or k6 broke', tone: 'warn' };
    case EXIT.invalid:
      return { sign: '!', words: 'Not valid: the generator was saturated or disturbed', tone: 'warn' };
    default:
      return code satisfies never;
  }
}
