/** The module `k6/x/sip`, as far as the scenarios use it: names and meanings of xk6-sip 0.4.0's documentation. */
declare module 'k6/x/sip' {
  /** `'10s'`, or seconds. */
  type Duration = string | number;
  interface Audio {
    readonly __audio?: never;
  }
  interface MediaOptions {
    /** False: no RTP. */
    media?: boolean;
    codecs?: string;
    audio?: Audio | 'tone' | 'silence';
    /** Keeps what is heard, for compareAudio. */
    record?: boolean;
  }
  interface DeviceOptions extends MediaOptions {
    device: string;
    /** Its host is the domain of numbers that are no URI. */
    registrar: string;
    /** `host:port` to which all requests go in its place. */
    proxy?: string;
    user: string;
    register?: boolean;
    /** The number of the device, by which expectCall knows the caller. */
    ext?: string;
  }
  class Device {
    constructor(options: DeviceOptions);
    readonly id: string;
    call(
      options: { callee: string; timeout?: Duration; headers?: Record<string, string> } & MediaOptions,
    ): Call | false;
    expectCall(options?: { caller?: Device | string; timeout?: Duration }): Call | false;
    register(): boolean;
    isRegistered(): boolean;
    destroy(): void;
  }
  interface Call {
    accept(): boolean;
    reject(code?: number, reason?: string): boolean;
    hangup(): boolean;
    expectRinging(timeout?: Duration): boolean;
    expectConnected(timeout?: Duration): boolean;
    expectDisconnected(timeout?: Duration): boolean;
    state(): 'calling' | 'ringing' | 'connected' | 'ended';
    /** Final status of the INVITE, 0 while there is none. */
    status(): number;
    howCompleted(): {
      endedBy: 'local' | 'remote' | 'timeout' | 'error';
      status: number;
      reason: string;
      duration: number;
    } | null;
    isHeard(timeout?: Duration): boolean;
    sendDTMF(digits: string, duration?: number): boolean;
    /** RTP packets so far; null: no media. */
    mediaStats(): { sent: number; received: number } | null;
    /** Null: too little audio to compare. `lastMs` is of our extension: all but the end of what was heard is left out. */
    compareAudio(
      reference: Audio,
      lastMs?: number,
    ): { score: number; offset: number; compared: number; gaps: number } | null;
    /** The messages of this leg with their times. */
    trace(): string;
  }
  const sip: {
    Device: typeof Device;
    options(options: { localIP?: string; expectTimeout?: Duration } & MediaOptions): void;
    audio(data: ArrayBuffer): Audio;
    shutdown(): void;
  };
  export default sip;
  export type { Audio, Call, Device };
}
