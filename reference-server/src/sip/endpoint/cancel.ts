import type { Core } from './core.ts';
import { silent } from './life.ts';
import { sendInTransactionOf } from './outbound.ts';
import type { ClientRecord } from './records.ts';

/** Sends the CANCEL; an INVITE that stays unanswered for 64·T1 afterwards counts as timed out. RFC 3261 9.1. */
export function sendCancel(core: Core, client: ClientRecord): void {
  if (client.cancel === undefined || client.cancelSent) return;
  client.cancelSent = true;
  sendInTransactionOf(core, client, client.cancel, silent);
  client.patience = core.deadlines.at(core.now + 64 * core.settings.timers.t1, () => {
    if (client.table === undefined) return;
    core.failed(client, 408, 'Request Timeout');
    core.carryOut(client, core.table.transportError(client.table, core.now));
  });
}
