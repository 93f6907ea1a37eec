import { Option } from 'commander';

/** An option whose values are known by name: completion offers them, and whoever reads the option checks them. */
export class WordsOption extends Option {
  /** Asked for only when somebody wants them, for they may have to be read from files. */
  readonly words: () => readonly string[];
  /** Several may stand there with commas between. */
  readonly several: boolean;

  constructor(flags: string, about: string, words: () => readonly string[], several = true) {
    super(flags, about);
    this.words = words;
    this.several = several;
  }
}
