import { plan } from './lib/plan.ts';
import { setting } from './lib/world.ts';

export { rest } from './lib/operations.ts';
export { lateness } from './lib/score.ts';
export const options = plan(setting);
