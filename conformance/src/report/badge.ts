import { unreachable } from '../verdict/verdict.ts';
import { xml } from './junit.ts';
import type { Report } from './model.ts';

/** What a badge says. */
interface Badge {
  readonly label: string;
  readonly message: string;
  /** A colour by name as shields.io knows it, and as we paint it. */
  readonly color: keyof typeof COLOURS;
}

const COLOURS = { brightgreen: '#3f7d20', red: '#b3261e', yellow: '#8a6d00', lightgrey: '#5f6368' } as const;

const LABEL = 'Mediaservice API';

/** What a run says of its target in a few words; of a part of the tests nobody can say that it is conformant. */
export function badgeOf({ ending, settings, summary }: Pick<Report, 'ending' | 'settings' | 'summary'>): Badge {
  const { level, profile, catalogue, ...narrow } = settings.selection ?? {};
  const scope = [...(catalogue === undefined ? [] : [catalogue]), ...(level === undefined ? [] : [level])];
  const words = (text: string) => [text, ...scope].join(' · ');
  switch (ending.exitCode) {
    case 0: {
      if (Object.keys(narrow).length > 0) return { label: LABEL, message: 'partly tested', color: 'lightgrey' };
      if (summary.failed > 0) return { label: LABEL, message: words('known failures'), color: 'yellow' };
      const asked = profile?.split(',').map((name) => name.trim());
      const met = summary.profiles
        .filter(({ name, state }) => state === 'conformant' && (asked?.includes(name) ?? true))
        .map(({ name }) => name);
      // Who has everything has each of the others.
      const names = met.includes('full') ? ['full'] : met;
      const what = names.length === 0 ? 'conformant' : `conformant: ${names.join(', ')}`;
      return { label: LABEL, message: words(what), color: 'brightgreen' };
    }
    case 1:
      return { label: LABEL, message: words('not conformant'), color: 'red' };
    case 2:
    case 3:
    case 4:
      return { label: LABEL, message: 'not judged', color: 'lightgrey' };
    case 5:
      return { label: LABEL, message: words('baseline is stale'), color: 'yellow' };
    default:
      return unreachable(ending.exitCode);
  }
}

/** As shields.io takes it from an endpoint, https://shields.io/badges/endpoint-badge. */
export function shieldsJson({ label, message, color }: Badge): string {
  return `${JSON.stringify({ schemaVersion: 1, label, message, color }, null, 2)}\n`;
}

/** An image of its own, without a font or anything else to be fetched. */
export function badgeSvg({ label, message, color }: Badge): string {
  const [left, right] = [widthOf(label), widthOf(message)];
  const whole = left + right;
  const text = (words: string, from: number, width: number): string =>
    `<text x="${from + width / 2}" y="14" textLength="${width - 2 * PADDING}" lengthAdjust="spacingAndGlyphs">${xml(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="20" role="img" aria-label="${xml(`${label}: ${message}`)}">`,
    `<title>${xml(`${label}: ${message}`)}</title>`,
    `<clipPath id="r"><rect width="${whole}" height="20" rx="3"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#3c4043"/><rect x="${left}" width="${right}" height="20" fill="${COLOURS[color]}"/></g>`,
    `<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">${text(label, 0, left)}${text(message, left, right)}</g>`,
    '</svg>',
    '',
  ].join('\n');
}

const PADDING = 6;
/** Widths of an 11 px sans-serif, near enough: `textLength` makes the words fit whatever the font. */
const NARROW = /[ .,:;'|ijltfrI!·]/;
const widthOf = (words: string): number =>
  Math.round([...words].reduce((sum, letter) => sum + (NARROW.test(letter) ? 4 : /[mwMW]/.test(letter) ? 10 : 7), 0)) +
  2 * PADDING;
