import type { Timers } from '@shared/kernel/clock';
import { TokenAnswer, type TokenRequest } from './token-messages';
import type { StartTokenProcess, TokenModule, TokenProcess } from './token-process';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type TokenCall = WithoutId<TokenRequest>;

export type CallOutcome =
  | { readonly kind: 'answered'; readonly answer: TokenAnswer }
  /** The process ended, or said what is not in the closed set. */
  | { readonly kind: 'crashed' }
  /** The limit was over; the process was killed. */
  | { readonly kind: 'silent' }
  /** Nothing was sent: the process was gone and the call may not start one. */
  | { readonly kind: 'notRunning' };

export interface CallOptions {
  readonly limitMs: number;
  /** False for calls that make sense only inside a session. */
  readonly mayStart: boolean;
  /** Called when the request has left, or never will: its secret bytes may go. */
  readonly onSent?: () => void;
}

export interface SupervisedModule {
  readonly module: TokenModule;
  /** One call after another, in the order they were made. Rejects for defects alone. */
  readonly call: (call: TokenCall, options: CallOptions) => Promise<CallOutcome>;
  /** A process was killed or died, and no call has succeeded since. */
  readonly isSuspect: () => boolean;
  readonly stop: () => void;
}

export interface SuperviseDeps {
  readonly module: TokenModule;
  readonly start: StartTokenProcess;
  readonly timers: Timers;
  /** Milliseconds until a fresh process must be ready; it has touched no driver then. */
  readonly startMs: number;
  /** The process is gone: whatever it held, sessions too, is over. */
  readonly onGone: (kind: 'crashed' | 'silent' | 'stopped') => void;
}

interface Running {
  readonly process: TokenProcess;
  /** Takes the outcome that is waited for; undefined while nothing is. */
  settle: ((outcome: CallOutcome) => void) | undefined;
  hasEnded: boolean;
}

/** One process for one driver: started when it is needed, killed at a limit, replaced at the next call. */
export function superviseModule(deps: SuperviseDeps): SupervisedModule {
  const { module, start, timers, startMs, onGone } = deps;
  let running: Running | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let lastId = 0;
  let isSuspect = false;

  async function run(call: TokenCall, options: CallOptions): Promise<CallOutcome> {
    if (!running) {
      if (!options.mayStart) return { kind: 'notRunning' };
      const started = await launch();
      if (started.kind !== 'answered') return started;
    }
    const current = running;
    if (!current) return { kind: 'crashed' };
    lastId += 1;
    const outcome = expect(current, options.limitMs);
    try {
      current.process.send({ ...call, id: lastId });
    } catch {
      // The channel closed a moment before its exit was told.
      end(current, 'crashed');
    }
    options.onSent?.();
    return outcome;
  }

  function launch(): Promise<CallOutcome> {
    const current: Running = { process: start(module), settle: undefined, hasEnded: false };
    running = current;
    current.process.onMessage((message) => take(current, message));
    current.process.onExit(() => end(current, 'crashed'));
    return expect(current, startMs);
  }

  function expect(current: Running, limitMs: number): Promise<CallOutcome> {
    return new Promise((resolve) => {
      const cancel = timers.after(limitMs, () => end(current, 'silent'));
      current.settle = (outcome) => {
        current.settle = undefined;
        cancel();
        resolve(outcome);
      };
    });
  }

  function take(current: Running, message: unknown): void {
    const answer = TokenAnswer.safeParse(message).data;
    const isOurs = answer?.answer === 'ready' || answer?.id === lastId;
    if (!answer || answer.answer === 'refused' || !isOurs || !current.settle) {
      end(current, 'crashed');
      return;
    }
    if (answer.answer !== 'ready') isSuspect = false;
    current.settle({ kind: 'answered', answer });
  }

  function end(current: Running, kind: 'crashed' | 'silent' | 'stopped'): void {
    if (current.hasEnded) return;
    current.hasEnded = true;
    if (running === current) running = undefined;
    if (kind !== 'stopped') isSuspect = true;
    current.process.kill();
    onGone(kind);
    current.settle?.({ kind: kind === 'silent' ? 'silent' : 'crashed' });
  }

  return {
    module,
    call(call, options) {
      const done = queue.then(() => run(call, options)).finally(options.onSent);
      queue = done.catch(() => undefined);
      return done;
    },
    isSuspect: () => isSuspect,
    stop: () => running && end(running, 'stopped'),
  };
}
