/** What happens to the bytes of one connection; nothing by default. `up` is from the client to the server. */
export interface LinkFaults {
  /** One way, on every byte; a new connection waits for one round trip before its first byte. */
  readonly latencyMs?: number;
  /** Up to so much more, drawn for each piece; the order of bytes stays. */
  readonly jitterMs?: number;
  /** The whole line's, shared by all connections of a proxy; each direction has its own. */
  readonly bytesPerSecond?: number;
  /** The connection is reset after so many bytes in a direction; the bytes before it arrive. */
  readonly cutAfter?: { readonly up?: number; readonly down?: number };
  /** Answers never arrive, and nothing tells the client so: the server has acted, the client waits. */
  readonly swallowAnswers?: boolean;
  /** The first byte of every connection's answers waits so long. */
  readonly answerDelayMs?: number;
  /** Everything that is sent reaches the server twice, over a second connection whose answers nobody reads. */
  readonly duplicateRequests?: boolean;
  /** Requests trickle: so many bytes at a time, with a pause. */
  readonly slowLoris?: { readonly bytes: number; readonly everyMs: number };
  /** The connection is accepted and then dead: nothing goes through, nothing is closed. */
  readonly halfOpen?: boolean;
  /** The connection is reset at once. */
  readonly refuse?: boolean;
}
