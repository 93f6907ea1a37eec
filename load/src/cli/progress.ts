/** Shows a run while it happens: one live line on a terminal, a line every five seconds elsewhere. */
import { cut, type Io } from '@mediaservice/conformance/kit';
import type { Sample } from '../figures/model.ts';
import { ms } from './words.ts';

const everySeconds = 5;
/** Back to the first column and erase the line. */
const ERASE = '\r\x1b[2K';

export class Progress {
  readonly #io: Pick<Io, 'out' | 'width' | 'paint'>;
  readonly #seconds: number;
  #completed = 0;
  #failed = 0;
  #alive = false;
  #shownAt = 0;

  /** `seconds`: how long the run is meant to last. */
  constructor(io: Pick<Io, 'out' | 'width' | 'paint'>, seconds: number) {
    this.#io = io;
    this.#seconds = seconds;
  }

  take(sample: Sample): void {
    this.#completed += sample.completed;
    this.#failed += sample.failed;
    const width = this.#io.width();
    const line = this.line(sample);
    if (width !== undefined) {
      // One column stays free: a full line makes some terminals wrap.
      this.#io.out(`${ERASE}${this.#io.paint('dim', cut(line, width - 1))}`);
      this.#alive = true;
    } else if (sample.at >= this.#shownAt + everySeconds) {
      this.#shownAt = sample.at;
      this.#io.out(`  ${line}\n`);
    }
  }

  line({ at, inProgress, setupMs, restMs, generator, target, latenessMs }: Sample): string {
    return [
      `${at}/${Math.round(this.#seconds)} s`,
      `${inProgress} calls`,
      `${this.#completed} completed`,
      ...(this.#failed > 0 ? [`${this.#failed} failed`] : []),
      ...(setupMs ? [`setup p95 ${ms(setupMs.p95)}`] : []),
      ...(restMs ? [`REST p95 ${ms(restMs.p95)}`] : []),
      ...(target ? [`target ${target.cpu.toFixed(2)} cores`] : []),
      ...(generator ? [`k6 ${generator.cpu.toFixed(2)} cores`] : []),
      ...(latenessMs && latenessMs.p95 > 20 ? [`generator late ${ms(latenessMs.p95)}`] : []),
    ].join(' · ');
  }

  /** Takes the live line away; nothing of it stays. */
  end(): void {
    if (this.#alive) this.#io.out(ERASE);
    this.#alive = false;
  }
}
