import { expect, it } from 'vitest';
import { withoutMeans } from '../evidence/secrets.ts';
import { NO_HARNESS } from '../run/testing/harness.ts';
import { describeTarget } from './described.ts';

it('says nothing of userinfo, so that it is described alike by what a bundle keeps of it', () => {
  const target = { ...NO_HARNESS.target, rest: { baseUrl: 'http://me:opens@127.0.0.1:8080/x' } };
  expect(describeTarget(target).restBaseUrl).toBe('http://redacted@127.0.0.1:8080/x');
  expect(describeTarget(withoutMeans(target))).toEqual(describeTarget(target));
});
