/** How audio is made and measured, under one name for scenarios. */
export * as audio from '../drivers/rtp-probe/analysis.ts';
