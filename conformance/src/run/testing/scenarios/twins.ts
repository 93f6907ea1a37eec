import { fake } from '../declare.ts';

fake('session/twin', 'pass');
fake('session/twin', 'pass');
