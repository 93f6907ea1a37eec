/** Ways to break a target on SIP, in the order in which a search tries them. */
import type { Recipe } from '../recipe.ts';
import { headers } from './sip-headers.ts';
import { identity } from './sip-identity.ts';
import { messages } from './sip-messages.ts';
import { descriptions } from './sip-sdp.ts';
import { timing } from './sip-timing.ts';

export const sipRecipes: readonly Recipe[] = [messages, identity, descriptions, headers, timing].flat();
