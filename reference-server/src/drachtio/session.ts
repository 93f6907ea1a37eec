import { createHash, timingSafeEqual } from 'node:crypto';
import type { EndpointEvent, OwnerId } from '../sip/endpoint.ts';
import { Headers } from '../sip/message/index.ts';
import type { EndpointDriver } from '../sip/transport/driver.ts';
import { type Command, parseCommand } from './command.ts';
import { answerFrame, clockText, eventFrame, hostPorts, type OwnAddress, recordFrame } from './frame-event.ts';
import { Routes } from './routes.ts';

/** The connection to an application, as far as a session needs it. */
interface AppLink {
  send(frame: Buffer): void;
  /** Closes after what was sent has gone out. */
  end(): void;
}

interface App {
  readonly owner: OwnerId;
  readonly link: AppLink;
  /** Kept for the record: drachtio itself uses them only where a web service chooses the application. */
  readonly tags: string[];
  authenticated: boolean;
}

/** What we say we are; clients look for abilities by version number. */
const version = 'v0.9.0';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The server side of drachtio's protocol: which application gets what, and what it may ask for. */
export class DrachtioSession {
  private readonly driver: EndpointDriver;
  private readonly secret: Buffer;
  private readonly own: OwnAddress = (path) => this.driver.visibleAddress(path.local, path.address);
  private readonly apps = new Map<OwnerId, App>();
  private readonly routes = new Routes();
  private lastOwner = 0;
  private lastFrame = 0;

  constructor(driver: EndpointDriver, secret: string) {
    this.driver = driver;
    this.secret = digest(secret);
  }

  /** Authenticated applications. */
  get size(): number {
    let count = 0;
    for (const app of this.apps.values()) if (app.authenticated) count++;
    return count;
  }

  join(link: AppLink): App {
    this.lastOwner++;
    const app: App = { owner: `${this.lastOwner}` as OwnerId, link, tags: [], authenticated: false };
    this.apps.set(app.owner, app);
    return app;
  }

  /** The application is gone: what it left open is closed. */
  leave(app: App): void {
    if (!this.apps.delete(app.owner)) return;
    this.routes.removeAll(app.owner);
    this.driver.do((endpoint, now) => endpoint.release(now, app.owner));
  }

  /** One frame of an application. */
  receive(app: App, frame: Buffer): void {
    const command = parseCommand(frame);
    if (command.type === 'authenticate') this.authenticate(app, command);
    else if (!app.authenticated) this.refuse(app, command.id, 'not authenticated');
    else this.carryOut(app, command);
  }

  /** What the endpoint has to tell. */
  onEvent(event: EndpointEvent): void {
    const clock = clockText(Date.now());
    if (event.type === 'record') {
      const owner = this.routes.pick(`cdr:${event.record.stage}`);
      this.sendTo(owner, () => recordFrame(this.frameId(), event.record, clock));
    } else if (event.type === 'request' && (event.owner === undefined || !known.has(event.request.method))) {
      this.dispatch(event, clock);
    } else {
      const owner = 'ref' in event ? event.ref.owner : event.owner;
      this.sendTo(owner, () => eventFrame(this.frameId(), event, clock, this.own));
    }
  }

  private authenticate(app: App, command: Extract<Command, { type: 'authenticate' }>): void {
    if (!timingSafeEqual(digest(command.secret), this.secret)) {
      this.refuse(app, command.id, 'incorrect secret');
      return;
    }
    app.authenticated = true;
    app.tags.push(...command.tags);
    const addresses = hostPorts(this.driver.listeners, (each) => this.driver.visibleAddress(each));
    this.answer(app, command.id, `OK|${addresses}|${version}|${addresses}`);
  }

  private carryOut(app: App, command: Exclude<Command, { type: 'authenticate' }>): void {
    const ref = { owner: app.owner, id: command.id };
    switch (command.type) {
      case 'ping':
        this.answer(app, command.id, 'OK|pong');
        break;
      case 'route':
        this.routes.add(command.verb, app.owner);
        this.answer(app, command.id, 'OK');
        break;
      case 'remove-route':
        this.routes.remove(command.verb, app.owner);
        this.answer(app, command.id, 'OK');
        break;
      case 'response': {
        const { status, reason, parts } = command;
        this.driver.do((endpoint, now) => endpoint.respond(now, ref, command.request, { status, reason, ...parts }));
        break;
      }
      case 'request':
        this.driver.do((endpoint, now) =>
          endpoint.request(now, ref, command.method, command.uri, command.parts, command.hop),
        );
        break;
      case 'request-inside':
        this.driver.do((endpoint, now) =>
          endpoint.requestInside(now, ref, command.dialog, command.method, command.parts),
        );
        break;
      case 'cancel':
        this.driver.do((endpoint, now) => endpoint.cancel(now, ref, command.request, command.parts));
        break;
      case 'proxy':
        this.driver.do((endpoint, now) => endpoint.proxy(now, ref, command.request, command.options));
        break;
      case 'invalid':
        if (command.fatal) this.refuse(app, command.id, command.reason);
        else this.answer(app, command.id, `NOK|${command.reason.replace(/[|\r\n]+/g, ' ')}`);
        break;
      default:
        command satisfies never;
    }
  }

  /** Gives a request outside of dialogs to one of the applications that asked for its method, else answers it. */
  private dispatch(event: Extract<EndpointEvent, { type: 'request' }>, clock: string): void {
    const { method } = event.request;
    const owner = this.routes.pick(method.toLowerCase());
    const app = owner === undefined ? undefined : this.apps.get(owner);
    if (app !== undefined) {
      this.driver.do((endpoint) => endpoint.own(event.id, app.owner));
      const frame = eventFrame(this.frameId(), event, clock, this.own);
      if (frame !== undefined) app.link.send(frame);
      return;
    }
    const status = this.size === 0 ? 503 : known.has(method) ? 405 : 501;
    const headers = status === 503 ? new Headers() : new Headers([['Allow', this.routes.methods().join(', ')]]);
    this.driver.do((endpoint, now) => endpoint.reject(now, event.id, status, headers));
  }

  private sendTo(owner: OwnerId | undefined, make: () => Buffer | undefined): void {
    const app = owner === undefined ? undefined : this.apps.get(owner);
    if (app === undefined) return;
    const frame = make();
    if (frame !== undefined) app.link.send(frame);
  }

  private answer(app: App, id: string, text: string): void {
    app.link.send(answerFrame(this.frameId(), id, text));
  }

  /** Refuses and closes, as drachtio does. */
  private refuse(app: App, id: string, reason: string): void {
    this.answer(app, id, `NO|${reason}`);
    app.link.end();
  }

  private frameId(): string {
    this.lastFrame++;
    return `${this.lastFrame}`;
  }
}

/** Methods of the IANA registry: one that nobody takes gets 405, any other 501. RFC 3261 8.2.1, 21.5.2. */
const known = new Set(
  'INVITE ACK BYE CANCEL OPTIONS REGISTER PRACK UPDATE INFO REFER NOTIFY SUBSCRIBE MESSAGE PUBLISH'.split(' '),
);
