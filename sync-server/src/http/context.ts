import type { AuthenticatedSession } from '../features/session/session-service';

/** What middleware leaves for the routes. */
export interface ServerEnv {
  readonly Variables: {
    requestId: string;
    /** Set behind `authenticate`. */
    session: AuthenticatedSession;
    /** The JSON body as it was before packing, once it was read: its answer may be packed against it. */
    question: Uint8Array | undefined;
    /** Office and failure code for the request's log line. */
    office: string | undefined;
    code: string | undefined;
  };
}
