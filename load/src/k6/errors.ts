/** Why there is no k6 to run with. */
export type K6Fault =
  | 'no-go' // neither K6 nor a Go toolchain
  | 'old-go'
  | 'not-to-be-had' // the module proxy does not give a module
  | 'offline' // it cannot be reached
  | 'build' // the compiler or the linker says no
  | 'not-k6' // K6 names what is not k6
  | 'no-module'; // k6 without k6/x/sip

/** The message is a sentence that says what to do; `output` is what the tool said. */
export class K6Error extends Error {
  override readonly name = 'K6Error';
  /** Exit code of a program that cannot go on: its settings or its machine lack something. */
  readonly exitCode = 2;
  readonly fault: K6Fault;
  readonly output: string;
  constructor(fault: K6Fault, message: string, output = '') {
    super(message);
    this.fault = fault;
    this.output = output;
  }
}
