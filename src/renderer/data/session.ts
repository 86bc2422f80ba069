import { createContext, use } from 'react';
import { map, merge, Subject, type Observable } from 'rxjs';
import { roleFor, type Permission } from '@shared/domain/organ/permission';
import type { Role } from '@shared/domain/organ/user';
import type { Bridge, SessionState } from '@shared/ipc/contract';
import { invariant } from '@shared/kernel/assert';
import { ok, type Result } from '@shared/kernel/result';
import { watchAnswer } from './bridge';

/** Follows where the workstation stands; `update` takes the answer of a call that changed it. */
export interface SessionSource {
  readonly state: Observable<Result<SessionState>>;
  readonly update: (state: SessionState) => void;
}

export function createSessionSource(bridge: Bridge): SessionSource {
  const answered = new Subject<SessionState>();
  const asked = watchAnswer(bridge, 'session.describe', undefined, 'session.changed');
  return {
    state: merge(asked, answered.pipe(map((state) => ok(state)))),
    update: (state) => answered.next(state),
  };
}

/** The signed-in person with office and organs. */
export type CurrentSession = NonNullable<SessionState['current']>;

const CurrentSessionContext = createContext<CurrentSession | undefined>(undefined);

export const CurrentSessionProvider = CurrentSessionContext.Provider;

export function useCurrentSession(): CurrentSession {
  const session = use(CurrentSessionContext);
  invariant(
    session !== undefined,
    'a screen of a signed-in user stands inside CurrentSessionProvider',
  );
  return session;
}

/** The role in which the signed-in person may do an act for an organ; undefined when they may not. */
export function useRoleFor(permission: Permission): (organId: string) => Role | undefined {
  const { user } = useCurrentSession();
  return (organId) => roleFor(user, permission, organId);
}
