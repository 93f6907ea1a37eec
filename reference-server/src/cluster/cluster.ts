/** One of several nodes: what `main.ts` puts between the session layer and the world when the settings name a Redis. */
import { hkdfSync } from 'node:crypto';
import type { CallbackEvent, CallbackPort } from '../session/ports/callbacks.ts';
import type { SessionHost } from '../session/ports/host.ts';
import type { BooksPort, ElsewherePort } from '../session/ports/nodes.ts';
import type { InboundCall } from '../session/ports/sip.ts';
import type { ClockPort, LogPort } from '../session/ports.ts';
import type { Directory } from './directory.ts';
import { createDoor, type Door } from './door.ts';
import { createElsewhere } from './elsewhere.ts';
import { createForwarder, type Forwarded } from './forward.ts';
import { createLedger } from './ledger.ts';
import { createMembership } from './membership.ts';
import { createPasses } from './pass.ts';
import { createReporter } from './reporter.ts';
import { createRouter, type Operate, type Route } from './router.ts';
import { createTandem } from './tandem.ts';

export interface ClusterOptions {
  /** Id of this node, new with each start. */
  readonly node: string;
  /** IP address of this node, as callbacks name it. */
  readonly ivrServer: string;
  readonly directory: Directory;
  /** What the nodes share. */
  readonly secret: string;
  readonly deadMs: number;
  readonly keepMs: number;
  readonly maxBodyBytes: number;
  readonly clock: ClockPort;
  readonly now: () => Date;
  readonly log: LogPort;
  readonly uuid: () => string;
  /** Refuses a request of somebody who is no node. */
  readonly refuse: () => Error;
  readonly forwarded: (result: Forwarded['result']) => void;
}

/** What there is only after the cluster. */
interface Behind {
  readonly host: Pick<SessionHost, 'abandon' | 'waiting' | 'relay' | 'dispatch'>;
  readonly operate: Operate;
  /** Where other nodes reach the SIP of this one, `host:port`; absent: they do not. */
  readonly sipAddress?: string | undefined;
}

export interface ClusterStats {
  /** This one included; as last seen. */
  readonly nodes: number;
  readonly directoryUp: boolean;
  /** Sessions of dead nodes that this one reported. */
  readonly reported: number;
  /** Sessions that others reported because this node was silent. */
  readonly lost: number;
}

export interface Cluster {
  readonly books: BooksPort;
  readonly elsewhere: ElsewherePort;
  readonly route: Route;
  readonly door: Door;
  /** The port with what leaves held until it may. */
  hold(port: CallbackPort): CallbackPort;
  /** To be told the results of callbacks. */
  saw(event: CallbackEvent): void;
  /** True: the call comes from another node, for a participant who waits here. */
  took(call: InboundCall): boolean;
  /** Goes on the list; @param address where other nodes reach this one. */
  start(address: string, behind: Behind): Promise<void>;
  stats(): ClusterStats;
  /** To be called when nothing of this node's sessions is under way any more. */
  close(): Promise<void>;
}

export function createCluster(options: ClusterOptions): Cluster {
  const { node, directory, clock, log, deadMs } = options;
  let behind: Behind | undefined;
  let out: CallbackPort | undefined;
  const key = new Uint8Array(hkdfSync('sha256', options.secret, '', 'nodes', 32));
  const passes = createPasses({ key, node, now: options.now });
  const forwarder = createForwarder({ passes, log, timeoutMs: 3_000, seen: options.forwarded });
  const membership = createMembership({
    directory,
    clock,
    log,
    deadMs,
    keepMs: options.keepMs,
    ledger: () => ledger,
    abandon: (session) => behind?.host.abandon(session),
    orphaned: () => reporter.collect(),
  });
  const ledger = createLedger({ node, directory, standing: membership, uuid: options.uuid });
  const reporter = createReporter({
    node,
    ivrServer: options.ivrServer,
    directory,
    standing: membership,
    callbacks: () => out ?? { send() {} },
    log,
  });
  const tandem = createTandem({
    clock,
    host: () => behind?.host,
    sipAddress: () => behind?.sipAddress,
    dispatch: (event) => behind?.host.dispatch(event),
  });
  const operate: Operate = (operation) => {
    if (behind === undefined) throw new Error('an operation came before the node was started');
    return behind.operate(operation);
  };
  return {
    books: ledger.books,
    elsewhere: createElsewhere({ node, directory, borrow: forwarder.borrow }),
    hold(port) {
      out = port;
      return tandem.hush(ledger.hold(port));
    },
    route: createRouter({
      node,
      here: operate,
      directory,
      peers: membership.peers,
      forward: forwarder.forward,
    }),
    door: createDoor({
      node,
      passes,
      operate,
      lend: tandem.lend,
      refuse: options.refuse,
      maxBytes: 2 * options.maxBodyBytes + 4_096,
    }),
    saw: (event) => reporter.saw(event),
    took: (call) => tandem.took(call),
    start(address, given) {
      behind = given;
      return membership.start({ id: node, address });
    },
    stats: () => ({
      nodes: membership.peers().size + 1,
      directoryUp: directory.up(),
      reported: reporter.reported(),
      lost: membership.lost(),
    }),
    async close() {
      await membership.stop();
      await forwarder.close();
      await directory.close();
    },
  };
}
