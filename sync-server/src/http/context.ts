import type { AuthenticatedSession } from '../features/session/session-service';

/** What middleware leaves for the routes. */
export interface ServerEnv {
  readonly Variables: {
    requestId: string;
    /** Set behind `authenticate`. */
    session: AuthenticatedSession;
    /** Office and failure code for the request's log line. */
    office: string | undefined;
    code: string | undefined;
  };
}
