/** The domain of a server that was started without settings: any number, on loopback, answered by an application there. */
import type { Tree } from './raw.ts';

export const demoDomain = 'demo.mediaservice.example';
export const demoCallbackUrl = 'http://127.0.0.1:3000';

export const demoSettings = (callbackUrl: string = demoCallbackUrl): Tree => ({
  name: demoDomain,
  sipHosts: [demoDomain, '127.0.0.1', 'localhost'],
  numbers: ['*'],
  callbacks: { baseUrl: callbackUrl },
  alarmUrl: `${callbackUrl.replace(/\/$/, '')}/alarm`,
  allowedCallbackOrigins: URL.canParse(callbackUrl) ? [new URL(callbackUrl).origin] : [],
});
