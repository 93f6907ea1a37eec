/** What `load` shares with the suite: the target file and its process, the terminal, how a slip of the pen is met, how a page is written. */
export { type Io, painter, processIo } from './cli/io.ts';
export { nearest } from './cli/nearest.ts';
export { openTarget } from './cli/open.ts';
export { SettingsError } from './cli/settings-error.ts';
export { freePort } from './drivers/ports.ts';
export { bearerToken } from './drivers/rest/token.ts';
export { parseMetrics } from './harness/metrics.ts';
export { html, type Markup, type Part, trusted } from './report/html/markup.ts';
export { cut } from './run/progress.ts';
export { program as serverProgram } from './target/embedded.ts';
export { defaultTimers } from './target/load.ts';
export { type Target, TargetError } from './target/types.ts';
export { whichTarget } from './target/which.ts';
