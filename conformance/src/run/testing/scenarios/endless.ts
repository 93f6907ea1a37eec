import { fake } from '../declare.ts';

fake('session/done', 'pass');
// Ends for nothing in the world, not even for the signal of its own cancellation.
fake('session/endless', 'pass', { slug: 'b', before: () => new Promise(() => {}) });
