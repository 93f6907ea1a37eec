import { describe, expect, it } from 'vitest';
import { glareDelay, Negotiation } from './index.ts';

const glare = { ok: false, status: 491, reason: 'Request Pending' };
const busy = { ok: false, status: 500, reason: 'Server Internal Error', retryAfter: true };

describe('Negotiation of INVITEs (RFC 3261 14)', () => {
  it('lets one be open at a time', () => {
    const own = new Negotiation();
    expect(own.sendInvite()).toBe(true);
    expect(own.sendInvite()).toBe(false);
    expect(own.receiveInvite()).toEqual(glare);
    own.inviteEnded(200);
    expect(own.receiveInvite()).toEqual({ ok: true });
    expect(own.receiveInvite()).toEqual(busy);
    expect(own.sendInvite()).toBe(false);
    own.inviteEnded(200);
    expect(own.sendInvite()).toBe(true);
  });

  it('takes an offer back with the INVITE that failed', () => {
    const own = new Negotiation();
    own.sendInvite();
    own.sendOffer();
    own.inviteEnded(488);
    expect(own).toMatchObject({ offer: 'stable', invite: 'none' });
  });

  it('keeps an offer that a 2xx made: its answer comes in the ACK', () => {
    const own = new Negotiation();
    own.receiveInvite();
    own.sendOffer();
    own.inviteEnded(200);
    expect(own.offer).toBe('local-offer');
    expect(own.receiveAnswer()).toBe(true);
  });
});

describe('Negotiation of offers (RFC 3264 4, RFC 3311 5.2)', () => {
  it('offer and answer, ours', () => {
    const own = new Negotiation();
    expect(own.receiveAnswer()).toBe(false);
    expect(own.sendOffer()).toBe(true);
    expect(own.sendOffer()).toBe(false);
    expect(own.sendAnswer()).toBe(false);
    expect(own.receiveOffer()).toEqual(glare);
    expect(own.receiveAnswer()).toBe(true);
    expect(own.offer).toBe('stable');
  });

  it('offer and answer, theirs', () => {
    const own = new Negotiation();
    expect(own.sendAnswer()).toBe(false);
    expect(own.receiveOffer()).toEqual({ ok: true });
    expect(own.receiveOffer()).toEqual(busy);
    expect(own.sendOffer()).toBe(false);
    expect(own.receiveAnswer()).toBe(false);
    expect(own.sendAnswer()).toBe(true);
    expect(own.offer).toBe('stable');
  });

  it('a refused offer is void', () => {
    const own = new Negotiation();
    own.sendOffer();
    own.rejected();
    expect(own.receiveOffer()).toEqual({ ok: true });
  });
});

describe('glareDelay (RFC 3261 14.1)', () => {
  it.each([
    [true, 0, 2100],
    [true, 0.5, 3050],
    [true, 0.9999999, 4000],
    [true, 1, 4000],
    [false, 0, 0],
    [false, 0.5, 1000],
    [false, 0.9999999, 2000],
  ])('owner of the Call-ID: %s, random %d: %i ms', (owns, random, delay) => {
    expect(glareDelay(owns, random)).toBe(delay);
  });
});
