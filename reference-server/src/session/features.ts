/** What can be switched off, in the words of the catalogue of requirements. */
export const features = [
  'call-control',
  'httpcall',
  'recording',
  'recording-mp3',
  'outbound',
  'cloud-ua',
  'prompts',
  'tts',
  'ivr-record',
  'echo',
  'session-timers',
  'reliable-provisional',
  'monitoring',
  'sip-info-dtmf',
  'in-band-dtmf',
] as const;
export type Feature = (typeof features)[number];
