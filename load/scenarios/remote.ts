import sip from 'k6/x/sip';
import { plan } from './lib/plan.ts';
import { setting } from './lib/world.ts';

export { remote } from './lib/calls.ts';
export { lateness } from './lib/score.ts';
export const options = plan(setting);
export const teardown = (): void => sip.shutdown();
