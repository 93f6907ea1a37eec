import { Callee } from './callee.ts';
import { Caller } from './caller.ts';

export type { Content, InviteContent } from './content.ts';
export type { Callee, Caller };

/** A scenario that calls: `caller('answers').invite({…}).expect(200).hold().bye()`. */
export const caller = (title: string): Caller => new Caller(title);
/** A scenario that is called: `callee('rings', user).invited().provisional(180).answer({ sdp: sdp() }).hold().bye()`. */
export const callee = (title: string, user: string): Callee => new Callee(title, user);
