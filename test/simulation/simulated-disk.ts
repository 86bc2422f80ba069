import { DiskFull, type JournalDisk } from '../../src/main/features/journal/journal-disk';
import { concatBytes } from '@shared/kernel/bytes';
import type { Faults } from './faults';
import type { Chance } from './random';
import type { Process, Scheduler } from './scheduler';

/** One segment: what programs read back now, and how much of it survives a power cut for certain. */
interface File {
  bytes: Uint8Array;
  durable: number;
  /** The name itself has been flushed with its folder. */
  isNameDurable: boolean;
}

export interface SimulatedDisk {
  /** The disk as one run of the main process sees it. */
  readonly attach: (process: Process) => JournalDisk;
  /** Power cut: what was not flushed is lost, torn or kept, as it happens. */
  readonly crash: () => void;
  readonly segments: () => readonly Uint8Array[];
  /** What a power cut could take nothing of. */
  readonly durable: () => readonly Uint8Array[];
  /** An image of what is durable now; what it answers puts it back. */
  readonly image: () => () => void;
}

/** Space that a released reserve gives back before the disk is full again; smaller than in life, to run out at times. */
const RESERVE_BYTES = 6_000;

export function createSimulatedDisk(
  scheduler: Scheduler,
  chance: Chance,
  faults: Faults,
): SimulatedDisk {
  const files = new Map<string, File>();
  let fullUntil = 0;
  let hasReserve = false;
  /** Bytes that the given-up reserve has left for the work on screen. */
  let freed = 0;

  const fileOf = (name: string): File => {
    const file = files.get(name);
    if (!file) throw new Error(`no segment ${name}`);
    return file;
  };
  const names = () => [...files.keys()].toSorted();
  const isFull = () => !faults.isHealed() && scheduler.now() < fullUntil;

  /** Writes as far as the space goes. */
  function write(file: File, bytes: Uint8Array): void {
    if (faults.strikes('diskFull')) fullUntil = scheduler.now() + chance.integer(1_000, 60_000);
    if (isFull() && bytes.length > freed) {
      const room = chance.integer(0, bytes.length - 1);
      file.bytes = extended(file.bytes, bytes.subarray(0, room));
      throw new DiskFull();
    }
    if (isFull()) freed -= bytes.length;
    file.bytes = extended(file.bytes, bytes);
  }

  /** What the disk shows of a file after the power came back. */
  function afterPowerCut(file: File): Uint8Array {
    const safe = file.bytes.subarray(0, file.durable);
    const tail = file.bytes.subarray(file.durable);
    const kept = tail.subarray(0, chance.integer(0, tail.length));
    // Noise comes from half-written sectors of a file that was there; a new one shows zeros.
    switch (chance.integer(0, file.isNameDurable ? 4 : 2)) {
      case 0:
        return safe.slice();
      case 1:
        return file.bytes.slice();
      case 2:
        // The length was written before the bytes.
        return concatBytes(safe, kept, new Uint8Array(tail.length - kept.length));
      case 3:
        return concatBytes(safe, kept);
      default: {
        const noise = Uint8Array.from({ length: chance.integer(0, 40) }, () =>
          chance.integer(0, 255),
        );
        return concatBytes(safe, kept, noise.subarray(0, tail.length - kept.length));
      }
    }
  }

  return {
    segments: () => names().map((name) => fileOf(name).bytes),
    durable: () =>
      names()
        .map(fileOf)
        .filter(({ isNameDurable }) => isNameDurable)
        .map(({ bytes, durable }) => bytes.subarray(0, durable)),

    image() {
      const kept = [...files]
        .filter(([, { isNameDurable }]) => isNameDurable)
        .map(([name, { bytes, durable }]) => [name, bytes.slice(0, durable)] as const);
      return () => {
        files.clear();
        for (const [name, bytes] of kept)
          files.set(name, { bytes: bytes.slice(), durable: bytes.length, isNameDurable: true });
      };
    },

    crash() {
      for (const [name, file] of files) {
        if (!file.isNameDurable && chance.chance(0.5)) {
          files.delete(name);
          continue;
        }
        file.bytes = afterPowerCut(file);
        file.durable = file.bytes.length;
        file.isNameDurable = true;
      }
    },

    attach(process) {
      const io = <T>(label: string, effect: () => T): Promise<T> =>
        scheduler.step(process, label, chance.fraction() * 3, effect);
      return {
        listSegments: () => io('list segments', names),
        read: (name) => io('read segment', () => fileOf(name).bytes.slice()),
        async create(name, bytes) {
          await io('create segment', () => {
            const file = { bytes: new Uint8Array(), durable: 0, isNameDurable: false };
            files.set(name, file);
            write(file, bytes);
          });
          await io('flush new segment', () => {
            const file = fileOf(name);
            file.durable = file.bytes.length;
            file.isNameDurable = true;
          });
        },
        append: (name, bytes) => io('append', () => write(fileOf(name), bytes)),
        flush: (name) =>
          io('flush', () => {
            if (faults.strikes('flushFails')) throw new Error('EIO');
            fileOf(name).durable = fileOf(name).bytes.length;
          }),
        truncate: (name, length) =>
          io('truncate', () => {
            const file = fileOf(name);
            file.bytes = file.bytes.slice(0, length);
            file.durable = length;
          }),
        remove: (name) => io('remove segment', () => void files.delete(name)),
        keepReserve: () =>
          io('keep reserve', () => {
            hasReserve = !isFull();
          }),
        releaseReserve: () =>
          io('release reserve', () => {
            const had = hasReserve;
            if (had) freed = RESERVE_BYTES;
            hasReserve = false;
            return had;
          }),
      };
    },
  };
}

/** Bytes with more behind them, in the room that is left behind the first or in twice the room. */
function extended(bytes: Uint8Array, more: Uint8Array): Uint8Array {
  const length = bytes.length + more.length;
  const hasRoom = bytes.buffer.byteLength >= length;
  const room = hasRoom ? new Uint8Array(bytes.buffer) : new Uint8Array(2 * length);
  if (!hasRoom) room.set(bytes);
  room.set(more, bytes.length);
  return room.subarray(0, length);
}
