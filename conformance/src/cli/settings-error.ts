import { EXIT } from '../verdict/exit-code.ts';

/** Something that the user has to set right. The message is the one sentence that the terminal shows. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  /** Stable, for tests and scripts. */
  readonly code: SettingsCode;
  readonly exitCode = EXIT.settings;

  constructor(code: SettingsCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

type SettingsCode =
  | 'node-too-old'
  | 'bad-option'
  | 'bad-selection'
  | 'bad-baseline'
  | 'no-runner'
  | 'port-in-use'
  | 'file-exists'
  | 'cannot-write'
  | 'unknown-topic'
  | 'bad-report'
  | 'no-scenarios'
  | 'bad-key'
  | 'bad-bundle'
  | 'other-suite'
  | 'no-broker-program'
  | 'no-application';
