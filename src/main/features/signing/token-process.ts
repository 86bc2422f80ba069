/** A running token process as main sees it. Adapters: Electron's utilityProcess; in tests a forked Node. */
export interface TokenProcess {
  /** Sends a structured clone; the caller may overwrite its bytes when the call returns. */
  readonly send: (message: unknown) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  /** Called once, however the process ended. */
  readonly onExit: (listener: () => void) => void;
  /** Ends it at once, also inside a driver's blocking call; harmless when it has ended. */
  readonly kill: () => void;
}

/** A driver that this machine may load. */
export interface TokenModule {
  /** Short and stable: names the driver in failures and logs. */
  readonly id: string;
  /** Known to main and, once at its start, to the token process; never in a message. */
  readonly path: string;
}

export type StartTokenProcess = (module: TokenModule) => TokenProcess;
