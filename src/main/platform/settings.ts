import { z } from 'zod';

/** What the environment may set, for tests and IT staff; everything has a default. */
const Environment = z.object({
  /** Milliseconds between two idle contacts with the server. */
  TCV_SYNC_IDLE_MS: z.coerce.number().int().min(200).max(3_600_000).default(15_000),
});

export interface Settings {
  readonly syncIdleMs: number;
}

export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const parsed = Environment.parse(environment);
  return { syncIdleMs: parsed.TCV_SYNC_IDLE_MS };
}
