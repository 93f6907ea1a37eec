/** A network that does harm to what is sent, the same way in every run. Pure. */

/** What may become of a packet: it never goes out, goes out twice, or goes out behind the one that follows it. */
export type Harm = 'lost' | 'doubled' | 'late';

export interface ImpairmentOptions {
  /** Every so-manieth packet is harmed. */
  readonly every: number;
  /** In turn. */
  readonly how: readonly Harm[];
}

/** Turns the packets that should go out into those that do. */
export class Impairment {
  private readonly options: ImpairmentOptions;
  private count = 0;
  private held: Uint8Array | undefined;

  constructor(options: ImpairmentOptions) {
    this.options = options;
  }

  pass(packet: Uint8Array): readonly Uint8Array[] {
    const { every, how } = this.options;
    this.count += 1;
    const behind = this.held === undefined ? [] : [this.held];
    this.held = undefined;
    const harm = this.count % every === 0 ? how[(this.count / every - 1) % how.length] : undefined;
    switch (harm) {
      case undefined:
        return [packet, ...behind];
      case 'lost':
        return behind;
      case 'doubled':
        return [packet, packet, ...behind];
      case 'late':
        this.held = packet;
        return behind;
      default:
        return harm satisfies never;
    }
  }
}
