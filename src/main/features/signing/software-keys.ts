import { join } from 'node:path';
import type { Timers } from '@shared/kernel/clock';
import { err, ok, type Result } from '@shared/kernel/result';
import { failureOf } from './outcome-failure';
import { softwareKeyFolder } from './software-key-file';
import { superviseModule, type TokenCall } from './supervise-module';
import { defaultLimits, type TokenLimits } from './token-limits';
import { secretsOf } from './token-messages';
import type { TokenFailure } from './token-port';
import type { StartTokenProcess, TokenModule } from './token-process';

/** Names the software keys among the drivers of this machine. */
export const SOFTWARE_MODULE = 'software';

export const softwareModule = (dataFolder: string): TokenModule => ({
  id: SOFTWARE_MODULE,
  path: join(dataFolder, 'software-keys'),
});

export const isSoftware = ({ moduleId }: { readonly moduleId: string }): boolean =>
  moduleId === SOFTWARE_MODULE;

/** Keeping software keys; signing with them goes through the `TokenPort` like any token's. Secrets are wiped. */
export interface SoftwareKeyPort {
  readonly importKey: (request: {
    readonly file: Uint8Array;
    readonly password: Uint8Array;
    readonly pin: Uint8Array;
  }) => Promise<Result<undefined, TokenFailure>>;
  /** One wrong PIN is one try, as at a signature (K-8). */
  readonly changePin: (request: {
    readonly thumbprint: string;
    readonly pin: Uint8Array;
    readonly newPin: Uint8Array;
  }) => Promise<Result<undefined, TokenFailure>>;
  readonly remove: (thumbprint: string) => Promise<void>;
}

export interface SoftwareKeysDeps {
  readonly module: TokenModule;
  readonly start: StartTokenProcess;
  readonly timers: Timers;
  readonly limits?: Partial<TokenLimits>;
}

/** Each work has a process of its own that ends with it: the memory in which forge held a password goes too (K-10). */
export function createSoftwareKeys(deps: SoftwareKeysDeps): SoftwareKeyPort {
  const { module } = deps;
  const limits: TokenLimits = { ...defaultLimits, ...deps.limits };

  async function ask(call: TokenCall): Promise<Result<undefined, TokenFailure>> {
    const client = superviseModule({ ...deps, startMs: limits.start, onGone: () => undefined });
    const wipe = (): void => {
      for (const bytes of secretsOf({ ...call, id: 0 })) bytes.fill(0);
    };
    try {
      const outcome = await client.call(call, {
        limitMs: limits.login,
        mayStart: true,
        onSent: wipe,
      });
      if (outcome.kind === 'answered') {
        const isDone =
          outcome.answer.answer === 'imported' || outcome.answer.answer === 'pinChanged';
        return isDone ? ok(undefined) : err(failureOf(outcome, module.id));
      }
      // A file that took the time or the life of the process is no file to read.
      return err(
        call.ask === 'importKey'
          ? { code: 'softwareKey.file-unusable' }
          : failureOf(outcome, module.id),
      );
    } finally {
      wipe();
      client.stop();
    }
  }

  return {
    importKey: (request) => ask({ ask: 'importKey', ...request }),
    changePin: (request) => ask({ ask: 'changePin', ...request }),
    remove: (thumbprint) => softwareKeyFolder(module.path).remove(thumbprint),
  };
}
