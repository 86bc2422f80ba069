import type { Socket } from 'node:net';
import type { LinkFaults } from './faults';

/** Bytes that may be on their way in one direction of a connection before its sender has to wait. */
const IN_FLIGHT_BYTES = 256 * 1024;
/** On a line of limited rate: what a modem keeps, a second of it. More would be lost with each cut, and no modem has it. */
const IN_FLIGHT_MS = 1000;
/** Bytes that travel together on a line of limited rate: small enough that connections share it fairly. */
const PIECE_BYTES = 4 * 1024;

/** One direction of a line: when its last byte leaves. Shared by all connections. */
export interface Lane {
  freeAt: number;
}

export interface PipeOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly faults: LinkFaults;
  readonly lane: Lane;
  /** Bytes leave from then on, milliseconds of `performance.now`. */
  readonly notBefore: number;
  readonly random: () => number;
  /** Bytes after which the connection is reset. */
  readonly cutAfter: number | undefined;
  readonly slowLoris: LinkFaults['slowLoris'];
  /** Delivered bytes are thrown away. */
  readonly swallow: boolean;
  readonly count: (bytes: number) => void;
  readonly cut: () => void;
}

/**
 * Carries bytes from one socket to another, each piece at its time. The order of bytes never changes, and a sender that
 * is faster than the line is held back.
 */
export function pacedPipe(options: PipeOptions): void {
  const { from, to, faults, lane, random } = options;
  let lastAt = options.notBefore + (faults.latencyMs ?? 0);
  const mostInFlight =
    faults.bytesPerSecond === undefined
      ? IN_FLIGHT_BYTES
      : Math.min(
          IN_FLIGHT_BYTES,
          Math.max(PIECE_BYTES, (faults.bytesPerSecond * IN_FLIGHT_MS) / 1000),
        );
  let inFlight = 0;
  let left = options.cutAfter ?? Number.POSITIVE_INFINITY;
  let isCut = false;

  /** One after another: what is due at once never overtakes what a busy machine is late with. */
  const waiting: { readonly time: number; readonly act: () => void }[] = [];
  const at = (time: number, act: () => void): void => {
    waiting.push({ time, act });
    if (waiting.length === 1) carryOn();
  };
  function carryOn(): void {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const wait = next.time - performance.now();
      if (wait > 0.5) return void setTimeout(carryOn, wait);
      next.act();
      waiting.shift();
    }
  }

  /** When a piece of this size arrives, after everything before it. */
  function arrivalOf(bytes: number): number {
    const now = performance.now();
    const rate = faults.bytesPerSecond;
    if (rate !== undefined) lane.freeAt = Math.max(now, lane.freeAt) + (1000 * bytes) / rate;
    const leaves = rate === undefined ? now : lane.freeAt;
    const trickle = options.slowLoris?.everyMs ?? 0;
    const jitter = faults.jitterMs === undefined ? 0 : faults.jitterMs * random();
    lastAt = Math.max(lastAt + trickle, leaves + (faults.latencyMs ?? 0) + jitter);
    return lastAt;
  }

  function send(piece: Buffer): void {
    inFlight += piece.length;
    if (inFlight > mostInFlight) from.pause();
    at(arrivalOf(piece.length), () => {
      inFlight -= piece.length;
      if (inFlight <= mostInFlight) from.resume();
      // What waits in the modem when the line is cut never was on the line.
      if (options.swallow || to.writable) options.count(piece.length);
      if (!options.swallow && to.writable) to.write(piece);
    });
  }

  function takeWhole(bytes: Buffer): void {
    const size =
      options.slowLoris?.bytes ??
      (faults.bytesPerSecond === undefined ? bytes.length : PIECE_BYTES);
    for (let start = 0; start < bytes.length; start += size) {
      send(bytes.subarray(start, start + size));
    }
  }

  from.on('data', (bytes: Buffer) => {
    if (isCut) return;
    const allowed = bytes.subarray(0, left);
    left -= allowed.length;
    if (allowed.length > 0) takeWhole(allowed);
    if (left > 0) return;
    isCut = true;
    at(lastAt, () => void setTimeout(options.cut, 1));
  });
  from.on('end', () => {
    if (!options.swallow) at(lastAt, () => void to.end());
  });
}
