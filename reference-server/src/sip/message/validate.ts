import type { RequestFault, SipRequest } from './types.ts';

export interface RequestRules {
  /** Option tags that Require may name; undefined: Require is not looked at. */
  extensions?: readonly string[];
  /** Methods that are allowed; undefined: every one. */
  methods?: readonly string[];
}

/** The first fault of a request, undefined when it may be processed. RFC 3261 8.1.1, 8.2, 20. */
export function validateRequest(_request: SipRequest, _rules?: RequestRules): RequestFault | undefined {
  throw new Error('not yet');
}
