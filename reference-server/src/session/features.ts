/** What can be switched off, in the words of the catalogue of requirements. */
export const features = [
  'call-control',
  'httpcall',
  'recording',
  'outbound',
  'cloud-ua',
  'prompts',
  'tts',
  'ivr-record',
  'echo',
] as const;
export type Feature = (typeof features)[number];
