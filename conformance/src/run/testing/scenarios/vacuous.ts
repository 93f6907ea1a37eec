import { NO_TRAFFIC } from '../../../verdict/traffic.ts';
import { fake } from '../declare.ts';

// Says that it passed, though not one call was made.
fake('session/hollow', 'pass', { observed: NO_TRAFFIC });
