import { contract, type SessionState } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';

/** What the sign-in pages ask for; the workstation behind it may still be locked. */
export interface SessionCalls {
  readonly describe: () => Promise<SessionState>;
  readonly checkServer: (address: string) => Promise<Result<{ address: string; version: string }>>;
  readonly enrol: (request: {
    readonly address: string;
    readonly code: string;
    readonly deviceName: string;
  }) => Promise<Result<void>>;
  readonly unlock: (passphrase: string) => Promise<Result<void>>;
  readonly repairJournal: () => Promise<Result<void>>;
  readonly signIn: (login: string, password: string) => Promise<Result<void>>;
  readonly signOut: () => void;
  readonly enrolAgain: (login: string, password: string) => Promise<Result<void>>;
}

export function sessionHandlers(deps: LogDep & { readonly session: SessionCalls }) {
  const { session } = deps;
  const described = async (result: Result<void>): Promise<Result<SessionState>> =>
    result.ok ? ok(await session.describe()) : result;
  return {
    'session.describe': bind(deps, contract['session.describe'], async () =>
      ok(await session.describe()),
    ),
    'session.checkServer': bind(deps, contract['session.checkServer'], ({ address }) =>
      session.checkServer(address),
    ),
    'session.enrol': bind(deps, contract['session.enrol'], async (request) =>
      described(await session.enrol(request)),
    ),
    'session.unlock': bind(deps, contract['session.unlock'], async ({ passphrase }) =>
      described(await session.unlock(passphrase)),
    ),
    'session.repairJournal': bind(deps, contract['session.repairJournal'], async () =>
      described(await session.repairJournal()),
    ),
    'session.signIn': bind(deps, contract['session.signIn'], async ({ login, password }) =>
      described(await session.signIn(login, password)),
    ),
    'session.enrolAgain': bind(deps, contract['session.enrolAgain'], async ({ login, password }) =>
      described(await session.enrolAgain(login, password)),
    ),
    'session.signOut': bind(deps, contract['session.signOut'], async () => {
      session.signOut();
      return ok(await session.describe());
    }),
  };
}
