/** Milliseconds. The first group limits one call, the second one session (K-11). */
export interface TokenLimits {
  /** A fresh process until it is ready; no driver is touched yet. */
  readonly start: number;
  readonly list: number;
  /** Whoever asks for a list waits so long for each driver: one that hangs must not hide the others past 2 s (O-3). */
  readonly listPatience: number;
  /** A driver that just crashed or fell silent must not hold up the others for long (O-3). */
  readonly listSuspect: number;
  readonly login: number;
  readonly loginOnDevice: number;
  readonly sign: number;
  readonly close: number;

  readonly sessionIdle: number;
  readonly sessionTotal: number;
}

export const defaultLimits: TokenLimits = {
  start: 15_000,
  list: 5_000,
  listPatience: 1_200,
  listSuspect: 2_000,
  login: 30_000,
  loginOnDevice: 90_000,
  sign: 30_000,
  close: 5_000,
  sessionIdle: 5 * 60_000,
  sessionTotal: 15 * 60_000,
};
