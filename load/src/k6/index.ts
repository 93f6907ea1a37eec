/** k6 with `k6/x/sip`: found, built, kept. */
export { K6Error } from './errors.ts';
export { findK6, type K6Wish } from './find.ts';
export { type Extension, extensions } from './recipe.ts';
