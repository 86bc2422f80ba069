import type { Timers } from '@shared/kernel/clock';
import { failureOf } from './outcome-failure';
import type { SupervisedModule } from './supervise-module';
import type { TokenLimits } from './token-limits';
import type { SeenToken } from './token-messages';
import type { TokenFailure } from './token-port';

/** What a driver showed, or why it showed nothing. */
export type Look = { readonly tokens: readonly SeenToken[] } | { readonly failure: TokenFailure };

export interface LookDeps {
  readonly timers: Timers;
  readonly limits: TokenLimits;
}

/**
 * Looks at one driver, one look at a time. Whoever looks soon waits no longer than a list may take to be shown (O-3): a
 * driver that needs more is told as it last answered, and as late when it has not answered yet; its look goes on for the
 * next who asks, up to the driver's own limit.
 */
export function createModuleLook(client: SupervisedModule, { timers, limits }: LookDeps) {
  const { id: moduleId } = client.module;
  let running: Promise<Look> | undefined;
  let last: Look | undefined;

  async function ask(): Promise<Look> {
    const limitMs = client.isSuspect() ? limits.listSuspect : limits.list;
    const outcome = await client.call({ ask: 'list' }, { limitMs, mayStart: true });
    const answer = outcome.kind === 'answered' ? outcome.answer : undefined;
    return answer?.answer === 'listed'
      ? { tokens: answer.tokens }
      : { failure: failureOf(outcome, moduleId) };
  }

  function begin(): Promise<Look> {
    const look = ask().then((answer) => {
      // What was forgotten meanwhile is not remembered by a look from before.
      if (running === look) {
        running = undefined;
        last = answer;
      }
      return answer;
    });
    running = look;
    return look;
  }

  const lookSoon = async (): Promise<Look> => {
    const asked = running ?? begin();
    let cancel = (): void => undefined;
    const late = new Promise<Look>((resolve) => {
      cancel = timers.after(limits.listPatience, () =>
        resolve(last ?? { failure: { code: 'token.driver-late', moduleId } }),
      );
    });
    try {
      return await Promise.race([asked, late]);
    } finally {
      cancel();
    }
  };

  return {
    client,
    /** Up to the driver's own limit. */
    look: (): Promise<Look> => running ?? begin(),
    lookSoon,
    /** The state of a token has just changed: what was seen before counts no more. */
    forget(): void {
      running = undefined;
      last = undefined;
    },
  };
}

export type ModuleLook = ReturnType<typeof createModuleLook>;
