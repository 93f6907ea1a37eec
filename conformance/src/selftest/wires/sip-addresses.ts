import type { SipPassage } from '../types.ts';
import type { SipText } from './sip-text.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where the target is, and where the suite takes it to be. */
interface Ends {
  readonly host: string;
  readonly front: number;
  readonly target: number;
}

const address = /\b(127\.\d{1,3}\.\d{1,3}\.\d{1,3}):(\d{1,5})\b/g;
/** Headers by which messages find their way; in others only the target's own address is changed. */
const routes = new Set(['via', 'v', 'contact', 'm', 'route', 'record-route']);

/** Which port stands for which address of the suite, and the translation of messages by it. */
export class AddressBook<G extends { readonly port: number }> {
  readonly #ends: Ends;
  readonly #open: (address: Address, host: string) => Promise<G>;
  readonly #guises = new Map<string, Promise<G>>();
  /** By what the target sees. */
  readonly #suite = new Map<string, Address>();
  #opened: G[] = [];

  constructor(ends: Ends, open: (address: Address, host: string) => Promise<G>) {
    this.#ends = ends;
    this.#open = open;
  }

  /** What the target takes for an address of the suite; made when it is new. */
  guiseOf(host: string, port: number): Promise<G> {
    const key = `${host}:${port}`;
    const known = this.#guises.get(key);
    if (known) return known;
    const made = this.#open({ host, port }, host).then((guise) => {
      this.#suite.set(`${host}:${guise.port}`, { host, port });
      this.#opened.push(guise);
      return guise;
    });
    this.#guises.set(key, made);
    return made;
  }

  /** Forgets everything; gives what was opened. */
  clear(): readonly G[] {
    const opened = this.#opened;
    this.#opened = [];
    this.#guises.clear();
    this.#suite.clear();
    return opened;
  }

  /** The text of a message as the other side must see it. */
  async translated(
    message: SipText,
    direction: SipPassage['direction'],
    own?: { readonly suite: number; readonly seen: number },
  ): Promise<string> {
    const { host, front, target } = this.#ends;
    const outward = direction === 'fromTarget';
    const [from, to] = outward ? [target, front] : [front, target];
    if (!outward) await this.#introduce(message);
    const names = new Map<string, number>();
    if (outward) for (const [seen, { port }] of this.#suite) names.set(seen, port);
    else for (const [key, guise] of this.#guises) names.set(key, (await guise).port);
    if (own) names.set(`${host}:${outward ? own.seen : own.suite}`, outward ? own.suite : own.seen);
    names.set(`${host}:${from}`, to);
    const everywhere = new Map([[`${host}:${from}`, to]]);
    message.lines = message.lines.map((line, i) => {
      const name = line
        .slice(0, Math.max(line.indexOf(':'), 0))
        .trim()
        .toLowerCase();
      const known = i === 0 || routes.has(name) ? names : everywhere;
      const said = line.replace(address, (all, there: string) => {
        const port = known.get(all);
        return port === undefined ? all : `${there}:${port}`;
      });
      return known === names ? this.#rport(said, outward, own) : said;
    });
    return message.toString();
  }

  /** Addresses that the suite names for answers and later requests get their guise before anybody may use them. */
  async #introduce(message: SipText): Promise<void> {
    const { host, front, target } = this.#ends;
    for (const value of [message.get('Via') ?? '', message.get('Contact') ?? '', ...message.all('Record-Route')]) {
      for (const [, there = '', port = ''] of value.matchAll(address)) {
        const number = Number(port);
        const ours = there === host && (number === front || number === target);
        if (!ours && number > 1 && !this.#suite.has(`${there}:${port}`)) await this.guiseOf(there, number);
      }
    }
  }

  /** RFC 3581: the port that the target saw. */
  #rport(line: string, outward: boolean, own?: { readonly suite: number; readonly seen: number }): string {
    if (!outward) return line;
    return line.replace(/;rport=(\d+)/, (all, seen: string) => {
      if (own && Number(seen) === own.seen) return `;rport=${own.suite}`;
      const received = /;received=([\d.]+)/.exec(line)?.[1] ?? this.#ends.host;
      const port = this.#suite.get(`${received}:${seen}`)?.port;
      return port === undefined ? all : `;rport=${port}`;
    });
  }
}
