/** Mutants of the SIP rows, a file for each theme of the RFCs. */
import type { Mutant } from '../types.ts';
import { content } from './sip/content.ts';
import { dialogs } from './sip/dialogs.ts';
import { digest } from './sip/digest.ts';
import { outbound } from './sip/outbound.ts';
import { responses } from './sip/responses.ts';
import { transactions } from './sip/transactions.ts';

export const sipMutants: readonly Mutant[] = [responses, transactions, outbound, digest, content, dialogs].flat();
