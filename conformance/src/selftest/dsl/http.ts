/** Mutations of REST exchanges and callbacks. */
import { pause } from '../../drivers/promises.ts';
import type { Fate, HttpFate, HttpRewrite, Memory } from '../types.ts';
import type { HttpMessage } from '../wires/http-message.ts';
import { another, edit, gone, ofAnotherType, valueAt } from './pointer.ts';

type Condition = (message: HttpMessage) => boolean;

interface Choice {
  readonly wire: 'rest' | 'callback';
  readonly operation: string;
  readonly part: 'request' | 'response';
  readonly conditions: readonly Condition[];
  /** Which of those that fit, from 1; absent: all. */
  readonly which?: (nth: number) => boolean;
}

/** Some messages of an operation or callback, and what can be done to them. Every method that is no choice gives a rewrite. */
export class HttpWire {
  readonly #choice: Choice;

  constructor(choice: Choice) {
    this.#choice = choice;
  }

  /** The answers instead of the requests. */
  get answer(): HttpWire {
    return new HttpWire({ ...this.#choice, part: 'response' });
  }

  /** The requests instead of the answers. */
  get request(): HttpWire {
    return new HttpWire({ ...this.#choice, part: 'request' });
  }

  /** Only messages for which this holds. */
  when(condition: Condition): HttpWire {
    return new HttpWire({ ...this.#choice, conditions: [...this.#choice.conditions, condition] });
  }

  /** Only messages whose body has this value at the pointer. */
  having(pointer: string, value: unknown): HttpWire {
    return this.when((message) => valueAt(message.json, pointer) === value);
  }

  /** Only the nth of those that fit, from 1. */
  nth(n: number): HttpWire {
    return new HttpWire({ ...this.#choice, which: (one) => one === n });
  }

  /** Those that fit from the nth on. */
  from(n: number): HttpWire {
    return new HttpWire({ ...this.#choice, which: (one) => one >= n });
  }

  /** Leaves properties out of the body. */
  drop(...pointers: readonly string[]): HttpRewrite {
    return this.json((json) => pointers.reduce<unknown>((all, pointer) => edit(all, pointer, () => gone) ?? all, json));
  }

  /** Puts the value into the body, whatever was there. */
  set(pointer: string, value: unknown): HttpRewrite {
    return this.json((json) => edit(json, pointer, () => value));
  }

  /** Changes a value that is there; `undefined` leaves it. */
  change(pointer: string, make: (before: unknown, message: HttpMessage) => unknown = another): HttpRewrite {
    return this.json((json, message) =>
      edit(json, pointer, (before) => (before === undefined ? gone : (make(before, message) ?? before))),
    );
  }

  /** Gives a property another name in its object. */
  rename(pointer: string, name: string): HttpRewrite {
    const parent = pointer.startsWith('/') ? pointer.slice(0, pointer.lastIndexOf('/')) : '';
    return this.json((json) => {
      const value = valueAt(json, pointer);
      if (value === undefined) return undefined;
      return edit(
        edit(json, pointer, () => gone),
        `${parent}/${name}`,
        () => value,
      );
    });
  }

  /** Writes the value in another JSON type. */
  type(pointer: string): HttpRewrite {
    return this.change(pointer, ofAnotherType);
  }

  /** Changes the body as JSON; `undefined` leaves it. */
  json(make: (json: unknown, message: HttpMessage, memory: Memory) => unknown): HttpRewrite {
    return this.edit((message, memory) => {
      const { json } = message;
      if (json === undefined) return undefined;
      const before = JSON.stringify(json);
      const after = make(json, message, memory);
      if (after === undefined || JSON.stringify(after) === before) return undefined;
      message.json = after;
      return {};
    });
  }

  /** Changes the body as text. */
  text(make: (text: string) => string): HttpRewrite {
    return this.edit((message) => {
      const after = make(message.text);
      if (after === message.text) return undefined;
      message.text = after;
      return {};
    });
  }

  /** Sets a header; undefined removes it. */
  header(name: string, value: string | undefined): HttpRewrite {
    return this.edit((message) => {
      if (message.header(name) === value) return undefined;
      message.setHeader(name, value);
      return {};
    });
  }

  /** Of an answer: changes its status, and its body where one is given. */
  status(status: number, json?: unknown): HttpRewrite {
    return this.edit((message) => {
      if (message.status === status && json === undefined) return undefined;
      message.status = status;
      if (json !== undefined) message.json = json;
      return {};
    });
  }

  /** Whoever asks gets this answer, and nobody else is asked. */
  refuse(status: number, json: unknown = { error: 'mutant' }): HttpRewrite {
    return this.fate({ answer: { status, json } });
  }

  /** Never arrives; whoever asked is told that all is well. */
  lose(json: unknown = {}): HttpRewrite {
    return this.fate({ lost: true, answer: { status: 200, json } });
  }

  /** Arrives twice. */
  double(): HttpRewrite {
    return this.fate({ again: 1 });
  }

  /** Arrives so many ms later. */
  late(ms: number): HttpRewrite {
    return this.fate({ lateMs: ms });
  }

  /**
   * Out of order: whoever asked is answered at once, and the message goes on only `ms` after the next one of another
   * operation or callback, if there is one within 5 s.
   */
  after(operation: string, ms = 50, json: unknown = {}): readonly HttpRewrite[] {
    const slot = (memory: Memory): PromiseWithResolvers<void> => {
      const key = `after ${operation}`;
      const known = memory.get(key) as PromiseWithResolvers<void> | undefined;
      const one = known ?? Promise.withResolvers<void>();
      memory.set(key, one);
      return one;
    };
    const held = this.edit((_message, memory) => ({
      answer: { status: 200, json },
      until: Promise.race([slot(memory).promise, pause(5000)]).then(() => pause(ms)),
    }));
    const { wire, part } = this.#choice;
    const watched: HttpRewrite = {
      wire,
      part,
      operation,
      apply: (_message, memory) => {
        slot(memory).resolve();
        return undefined;
      },
    };
    return [held, watched];
  }

  /** Before it comes another callback that nobody expects; its body is made of this one's. */
  besides(name: string, make: (body: Readonly<Record<string, unknown>>) => unknown): HttpRewrite {
    return this.edit((message) => ({ before: { callback: name, json: make(message.body) } }));
  }

  /** The connection ends without an answer. */
  reset(): HttpRewrite {
    return this.fate({ reset: true });
  }

  fate(fate: Fate | HttpFate): HttpRewrite {
    return this.edit(() => fate);
  }

  /** Whatever else: may change the message and says what becomes of it; undefined: this message is none that it is about. */
  edit(act: (message: HttpMessage, memory: Memory) => HttpFate | undefined): HttpRewrite {
    const { wire, operation, part, conditions, which } = this.#choice;
    const key = {};
    return {
      wire,
      operation,
      part,
      apply: (message, memory) => {
        if (!conditions.every((holds) => holds(message))) return undefined;
        if (which) {
          const nth = (counts(memory).get(key) ?? 0) + 1;
          counts(memory).set(key, nth);
          if (!which(nth)) return undefined;
        }
        return act(message, memory);
      },
    };
  }
}

function counts(memory: Memory): Map<object, number> {
  const known = memory.get('counts') as Map<object, number> | undefined;
  if (known) return known;
  const fresh = new Map<object, number>();
  memory.set('counts', fresh);
  return fresh;
}

/** Callbacks as the target sends them; `.answer` is what the application answers. `*`: all. */
export const callback = (name: string): HttpWire =>
  new HttpWire({ wire: 'callback', operation: name, part: 'request', conditions: [] });

/** Answers of the target's REST API; `.request` is what the client asks. Operations as in the document: `placeIvrCall`. */
export const rest = (operation: string): HttpWire =>
  new HttpWire({ wire: 'rest', operation, part: 'response', conditions: [] });
