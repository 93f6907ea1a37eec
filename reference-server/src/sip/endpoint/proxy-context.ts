import { buildCancel } from '../dialog/index.ts';
import { parseNameAddr, type SipRequest, type SipResponse, serializeUri, splitList } from '../message/index.ts';
import { advertised } from './address.ts';
import { bestOf, challenges } from './best-response.ts';
import { sendCancel } from './cancel.ts';
import type { Core } from './core.ts';
import type { Deadline } from './deadlines.ts';
import { sendRequest } from './outbound.ts';
import { addHeaders } from './parts.ts';
import type { ClientRecord, ClientUser, ServerRecord, ServerUser } from './records.ts';
import { reject, sendResponse } from './reply.ts';
import type { CommandRef, Listener, Path, ProxyOptions } from './types.ts';

/** One target of a proxied request. */
interface Branch {
  target: string;
  /** Its URI replaces the Request-URI; else it is only where the request is sent. */
  retarget: boolean;
  client: ClientRecord | undefined;
  /** Final response, or what stands for it. */
  final: SipResponse | undefined;
  /** Its answer is no longer waited for. */
  abandoned: boolean;
  provisional: Deadline | undefined;
  patience: Deadline | undefined;
}

/** What is done to a request on its way. */
interface Passing {
  options: ProxyOptions;
  /** Puts the target into the Request-URI; else the target is only where it is sent. */
  retarget: boolean;
  ref?: CommandRef;
}

/** Names us on the path of a dialog; twice when it changes transport or interface. RFC 3261 16.6 (4), RFC 5658. */
function recordRoute(core: Core, request: SipRequest, header: string, cameBy: Path, path: Path): void {
  const entry = (local: Listener, remote: string) =>
    `<sip:${advertised(local, remote, core.settings)}:${local.port};lr${local.protocol === 'tcp' ? ';transport=tcp' : ''}>`;
  if (cameBy.local !== path.local) request.headers.prepend(header, entry(cameBy.local, cameBy.address));
  request.headers.prepend(header, entry(path.local, path.address));
}

/** A request on its way to one of several targets. RFC 3261 16. */
export class ProxyContext implements ServerUser {
  private readonly core: Core;
  private readonly server: ServerRecord;
  private readonly passing: Passing;
  private readonly branches: Branch[] = [];
  private readonly client: ClientUser = {
    response: (client, response, from, size) => this.receive(client, response, from, size),
  };
  private answered = false;
  private closed = false;

  constructor(core: Core, server: ServerRecord, passing: Passing) {
    this.core = core;
    this.server = server;
    this.passing = passing;
    core.proxies++;
    for (const target of passing.options.targets) this.add(target, passing.retarget);
  }

  /** Sends to the first target, or to all of them. */
  start(): void {
    this.launchMore();
  }

  cancelled(): void {
    for (const branch of this.branches) {
      if (branch.client === undefined) branch.abandoned = true;
      else this.giveUp(branch);
    }
    this.settle();
  }

  ended(): void {
    for (const branch of this.branches) this.disarm(branch);
    this.done();
    this.core.proxies--;
  }

  private receive(client: ClientRecord, response: SipResponse, from: Path, size: number): void {
    const branch = this.branches.find((each) => each.client === client);
    if (branch === undefined) return;
    this.core.deadlines.cancel(branch.provisional);
    if (response.status < 200) this.progress(branch, client, response);
    else if (response.status < 300) this.success(branch, response, from, size);
    else if (branch.final === undefined) this.failure(branch, response, from, size);
  }

  private add(target: string, retarget: boolean): void {
    if (this.branches.some((branch) => branch.target === target)) return;
    this.branches.push({
      target,
      retarget,
      client: undefined,
      final: undefined,
      abandoned: false,
      provisional: undefined,
      patience: undefined,
    });
  }

  private waiting(branch: Branch): boolean {
    return branch.client !== undefined && branch.final === undefined && !branch.abandoned;
  }

  private launchMore(): void {
    for (const branch of this.branches) {
      if (this.answered || this.closed) return;
      if (branch.client !== undefined || branch.abandoned || branch.final !== undefined) continue;
      if (!this.passing.options.simultaneous && this.branches.some((each) => this.waiting(each))) return;
      this.launch(branch);
    }
    this.settle();
  }

  private launch(branch: Branch): void {
    const { core, server } = this;
    const { options } = this.passing;
    const headers = server.request.headers.clone();
    const hops = Number.parseInt(headers.get('Max-Forwards') ?? '', 10);
    headers.set('Max-Forwards', String(Number.isNaN(hops) ? 70 : hops - 1));
    const uri = branch.retarget ? branch.target : server.request.uri;
    const { method, body } = server.request;
    const id = sendRequest(core, {
      request: { kind: 'request', method, uri, headers, body },
      hop: branch.target,
      user: this.client,
      started: (client) => {
        branch.client = client;
        this.arm(branch);
      },
      complete: (request, path) => {
        addHeaders(core, request.headers, options.headers, path);
        if (!options.recordRoute) return;
        recordRoute(core, request, method === 'REGISTER' ? 'Path' : 'Record-Route', server.from, path);
      },
      failed: () => this.failHere(branch),
    });
    if (id === undefined) this.failHere(branch);
  }

  /** A target that nothing could be sent to counts as 503. RFC 3261 16.9. */
  private failHere(branch: Branch): void {
    branch.abandoned = true;
    this.launchMore();
  }

  private arm(branch: Branch): void {
    const { core } = this;
    const { provisionalTimeout, finalTimeout } = this.passing.options;
    if (this.server.request.method !== 'INVITE') return;
    if (provisionalTimeout !== undefined) {
      branch.provisional = core.deadlines.at(core.now + provisionalTimeout, () => this.next(branch));
    }
    branch.patience = core.deadlines.at(core.now + (finalTimeout ?? core.settings.timerC), () => this.next(branch));
  }

  /** A target has taken too long: it is cancelled and the next one is tried. */
  private next(branch: Branch): void {
    this.giveUp(branch);
    branch.abandoned = true;
    this.launchMore();
  }

  private disarm(branch: Branch): void {
    this.core.deadlines.cancel(branch.provisional);
    this.core.deadlines.cancel(branch.patience);
  }

  /** CANCEL, at once or after the first provisional response. RFC 3261 9.1. */
  private giveUp(branch: Branch): void {
    const { client } = branch;
    this.disarm(branch);
    if (client === undefined || client.done || client.cancel !== undefined || client.request.method !== 'INVITE')
      return;
    client.cancel = buildCancel(client.request);
    if (client.provisional) sendCancel(this.core, client);
  }

  private progress(branch: Branch, client: ClientRecord, response: SipResponse): void {
    if (client.cancel !== undefined) sendCancel(this.core, client);
    if (response.status === 100 || branch.abandoned) return;
    const { core } = this;
    if (this.passing.options.finalTimeout === undefined && branch.patience !== undefined) {
      core.deadlines.cancel(branch.patience);
      branch.patience = core.deadlines.at(core.now + core.settings.timerC, () => this.next(branch));
    }
    if (this.server.status < 200) this.forward(response);
  }

  private success(branch: Branch, response: SipResponse, from: Path, size: number): void {
    const first = branch.final === undefined;
    branch.final = response;
    this.disarm(branch);
    this.forward(response);
    if (!first) return;
    this.report(response, from, size);
    this.answered = true;
    for (const other of this.branches) if (other !== branch) this.giveUp(other);
    this.done();
  }

  private failure(branch: Branch, response: SipResponse, from: Path, size: number): void {
    branch.final = response;
    this.disarm(branch);
    this.report(response, from, size);
    if (response.status < 400 && this.passing.options.followRedirects) this.redirect(response);
    if (response.status >= 600) {
      this.closed = true;
      for (const other of this.branches) if (other !== branch) this.giveUp(other);
    }
    this.launchMore();
  }

  private redirect(response: SipResponse): void {
    for (const contact of response.headers.getList('Contact')) {
      const uri = parseNameAddr(contact)?.uri;
      if (uri !== undefined) this.add(serializeUri(uri), true);
    }
  }

  /** When no target is left: the best of their responses. RFC 3261 16.7 (6) and (7). */
  private settle(): void {
    if (this.answered || this.server.status >= 200) return;
    const open = (branch: Branch) =>
      this.waiting(branch) || (branch.client === undefined && !branch.abandoned && !this.closed);
    if (this.branches.some(open)) return;
    const finals = this.branches.flatMap((branch) => branch.final ?? []);
    const best = bestOf(finals);
    if (best === undefined) reject(this.core, this.server, this.branches.some((each) => each.client) ? 408 : 503);
    else this.forward(challenges(best, finals));
    this.done();
  }

  private forward(response: SipResponse): void {
    const headers = response.headers.clone();
    const [first = '', ...others] = headers.getAll('Via');
    const [, ...rest] = splitList(first);
    const vias = rest.length === 0 ? others : [rest.join(', '), ...others];
    if (vias.length === 0) return;
    headers.set('Via', vias);
    sendResponse(this.core, this.server, { ...response, headers });
  }

  private report(response: SipResponse, from: Path, size: number): void {
    const { ref } = this.passing;
    if (ref !== undefined) this.core.emit({ type: 'proxy-response', ref, response, from, size });
  }

  private reported = false;

  private done(): void {
    const { ref } = this.passing;
    if (ref === undefined || this.reported) return;
    this.reported = true;
    this.core.emit({ type: 'proxy-done', ref });
  }
}
