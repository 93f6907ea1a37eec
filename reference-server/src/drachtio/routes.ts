import type { OwnerId } from '../sip/endpoint.ts';

/** Which applications take which methods; they take turns. Names in lower case, `cdr:…` among them. */
export class Routes {
  private readonly byVerb = new Map<string, { owners: OwnerId[]; next: number }>();

  add(verb: string, owner: OwnerId): void {
    const route = this.byVerb.get(verb) ?? { owners: [], next: 0 };
    if (!route.owners.includes(owner)) route.owners.push(owner);
    this.byVerb.set(verb, route);
  }

  remove(verb: string, owner: OwnerId): void {
    const route = this.byVerb.get(verb);
    if (route === undefined) return;
    route.owners = route.owners.filter((each) => each !== owner);
    if (route.owners.length === 0) this.byVerb.delete(verb);
  }

  removeAll(owner: OwnerId): void {
    for (const verb of [...this.byVerb.keys()]) this.remove(verb, owner);
  }

  /** The application whose turn it is. */
  pick(verb: string): OwnerId | undefined {
    const route = this.byVerb.get(verb);
    if (route === undefined) return undefined;
    const owner = route.owners[route.next % route.owners.length];
    route.next = (route.next + 1) % route.owners.length;
    return owner;
  }

  /** SIP methods that somebody takes, as Allow lists them. */
  methods(): string[] {
    return [...this.byVerb.keys()].filter((verb) => !verb.startsWith('cdr:')).map((verb) => verb.toUpperCase());
  }
}
