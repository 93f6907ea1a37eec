/** What is to be spoken and how, independent of who was meant to speak it. */
export interface Utterance {
  /** Plain text, or a `speak` document when `ssml` is set. */
  readonly text: string;
  readonly ssml: boolean;
  /** BCP 47, as given: en-US, cmn-CN, … */
  readonly language: string;
  readonly gender?: 'female' | 'male';
  /** 1 is normal, 0.25–4. */
  readonly rate: number;
  /** Semitones up or down, −20…20. */
  readonly pitch: number;
  /** dB up or down, −96…16. */
  readonly gain: number;
}
