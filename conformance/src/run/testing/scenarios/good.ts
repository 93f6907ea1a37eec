import { fake } from '../declare.ts';

fake('session/first', 'pass');
fake('session/second', 'pass', { slug: 'b' });
