import { describe, expect, test } from 'vitest';
import { openJournal, type Journal } from '../../../../src/main/features/journal/journal';
import { concatBytes, fromUtf8, utf8 } from '@shared/kernel/bytes';
import type { Result } from '@shared/kernel/result';
import { decodeSegment, encodeFrame } from '@shared/sync/journal-codec';
import type { JournalRecord } from '@shared/sync/journal-record';
import { CHAIN_START, operationHash, type Operation } from '@shared/sync/operation';
import { createSimulatedDisk, type SimulatedDisk } from '../../../simulation/simulated-disk';
import type { Process } from '../../../simulation/scheduler';
import { anId, anOperation, sample, sha256 } from '../../../support/core-builders';
import { createQuietWorld, type QuietWorld } from '../../../support/quiet-world';

const plainSealer = { seal: (bytes: Uint8Array) => bytes, open: (bytes: Uint8Array) => bytes };
const chainStart: JournalRecord = {
  t: 'chain',
  dev: sample.deviceId as never,
  inc: 1,
  n: 0,
  hash: CHAIN_START,
};

interface Machine {
  readonly world: QuietWorld;
  readonly disk: SimulatedDisk;
  readonly boot: (fuse?: number) => Process;
}

function aMachine(seed?: string): Machine {
  const world = createQuietWorld(seed);
  const disk = createSimulatedDisk(world.scheduler, world.chance.fork('disk'), world.faults);
  return {
    world,
    disk,
    boot: (fuse) => {
      const process = world.scheduler.process('main', () => disk.crash());
      process.fuse = fuse;
      return process;
    },
  };
}

const open = (machine: Machine, main: Process, sealer = plainSealer) =>
  openJournal({ disk: machine.disk.attach(main), sealer, sha256 });

/** Opens the journal as after a start; fails the test when it does not open. */
async function started(machine: Machine, main = machine.boot()): Promise<Journal> {
  const opened = await machine.world.settle(open(machine, main));
  if (!opened.ok) throw new Error(opened.error.code);
  const journal = opened.value;
  if (!journal.state.incarnation()) await machine.world.settle(journal.append(() => [chainStart]));
  return journal;
}

/** Appends `count` operations in one build. */
const appendOps = (journal: Journal, count = 1, note = ''): Promise<Result<void>> =>
  journal.append((head) => {
    let { n, hash: prev } = head;
    return Array.from({ length: count }, (): JournalRecord => {
      n += 1;
      const op = anOperation({ n, prev, opId: anId(7, n), body: { note } });
      prev = operationHash(op, sha256);
      return { t: 'op', op };
    });
  });

const draftRow = (bytes: number): JournalRecord => ({
  t: 'draftRow',
  user: sample.clerkId as never,
  rowId: 'r',
  row: { text: 'x'.repeat(bytes) },
});

const pendingNumbers = (journal: Journal) => journal.state.pending().map(({ n }) => n);

describe('appending', () => {
  test('I-1: what was answered is there after the next start, with the chain where it stood', async () => {
    const machine = aMachine();
    const main = machine.boot();
    const journal = await started(machine, main);
    for (let i = 0; i < 3; i++)
      expect((await machine.world.settle(appendOps(journal))).ok).toBe(true);
    main.kill('power cut');

    const again = await started(machine);
    expect(pendingNumbers(again)).toEqual([1, 2, 3]);
    expect(again.state.lastHash()).toBe(journal.state.lastHash());
  });

  test('is in the state only once it is flushed', async () => {
    const { world, ...machine } = aMachine();
    const journal = await started({ world, ...machine });
    const appending = appendOps(journal);

    expect(journal.state.pendingCount()).toBe(0);
    await world.settle(appending);
    expect(journal.state.pendingCount()).toBe(1);
  });

  test('appends that come meanwhile share one flush and keep their order', async () => {
    const machine = aMachine();
    const journal = await started(machine);
    const before = machine.world.scheduler.eventCount();

    await machine.world.settle(
      Promise.all([appendOps(journal), appendOps(journal, 2), appendOps(journal)]),
    );
    expect(pendingNumbers(journal)).toEqual([1, 2, 3, 4]);
    expect(machine.world.scheduler.eventCount() - before).toBe(2);
  });

  test('a build that throws is refused alone', async () => {
    const machine = aMachine();
    const journal = await started(machine);
    const bad = journal.append(() => {
      throw new Error('no such key');
    });
    const good = appendOps(journal);

    await expect(machine.world.settle(bad)).rejects.toThrow('no such key');
    expect((await machine.world.settle(good)).ok).toBe(true);
  });

  test('an operation that does not continue the chain is refused alone', async () => {
    const machine = aMachine();
    const journal = await started(machine);
    const stray = journal.append(() => [{ t: 'op', op: anOperation({ n: 5 }) }]);
    const good = appendOps(journal);

    await expect(machine.world.settle(stray)).rejects.toThrow('continues the chain');
    await machine.world.settle(good);
    expect(pendingNumbers(journal)).toEqual([1]);
  });

  test('what could not be read back is refused alone, and the journal opens again', async () => {
    const machine = aMachine();
    const main = machine.boot();
    const journal = await started(machine, main);
    const huge = journal.append(() => [draftRow(5 * 1024 * 1024)]);
    const good = appendOps(journal);

    await expect(machine.world.settle(huge)).rejects.toThrow('small enough');
    await machine.world.settle(good);
    main.kill('power cut');
    expect(pendingNumbers(await started(machine))).toEqual([1]);
  });
});

describe('a power cut', () => {
  /** Appends twice, two operations each, and dies after so many steps; gives what was answered before. */
  async function dieAfter(
    fuse: number,
    seed: string,
  ): Promise<{ machine: Machine; answered: number[] }> {
    const machine = aMachine(seed);
    const main = machine.boot(fuse);
    const answered: number[] = [];
    const life = async (): Promise<void> => {
      const opened = await open(machine, main);
      if (!opened.ok) throw new Error(opened.error.code);
      const journal = opened.value;
      await journal.append(() => [chainStart]);
      for (const numbers of [
        [1, 2],
        [3, 4],
      ]) {
        if ((await appendOps(journal, 2)).ok) answered.push(...numbers);
      }
    };
    machine.world.scheduler.spawn(main, life);
    await machine.world.scheduler.run(() => !main.isAlive());
    return { machine, answered };
  }

  test.each(Array.from({ length: 12 }, (_, i) => i + 1))(
    'I-1: at step %i loses nothing that was answered, whatever the disk keeps',
    async (fuse) => {
      for (let round = 0; round < 25; round++) {
        const { machine, answered } = await dieAfter(fuse, `cut ${fuse} ${round}`);
        const journal = await started(machine);
        const kept = pendingNumbers(journal);

        expect(kept.slice(0, answered.length)).toEqual(answered);
        // Drafts that were handed in together are there together.
        expect(kept.length % 2).toBe(0);
        expect((await machine.world.settle(appendOps(journal))).ok).toBe(true);
        // What is written behind a torn end that was cut off is whole itself.
        expect(pendingNumbers(await started(machine))).toEqual([...kept, kept.length + 1]);
      }
    },
  );

  test('in the middle of another start does no harm', async () => {
    for (let fuse = 1; fuse < 8; fuse++) {
      const { machine, answered } = await dieAfter(9, `twice ${fuse}`);
      const second = machine.boot(fuse);
      machine.world.scheduler.spawn(second, async () => void (await open(machine, second)));
      await machine.world.scheduler.run(() => !second.isAlive());
      second.kill('late');

      expect(pendingNumbers(await started(machine)).slice(0, answered.length)).toEqual(answered);
    }
  });
});

describe('a full disk', () => {
  test('the work on screen is saved from the reserve', async () => {
    const machine = aMachine();
    const main = machine.boot();
    const journal = await started(machine, main);
    machine.world.arm('diskFull');

    expect((await machine.world.settle(appendOps(journal))).ok).toBe(true);
    main.kill('power cut');
    expect(pendingNumbers(await started(machine))).toEqual([1]);
  });

  test('without a reserve it is said clearly, nothing half-written stays, and later work is saved', async () => {
    const machine = aMachine();
    const main = machine.boot();
    const journal = await started(machine, main);
    machine.world.arm('diskFull');
    await machine.world.settle(appendOps(journal, 1, 'x'.repeat(4_000)));

    expect(await machine.world.settle(appendOps(journal, 1, 'x'.repeat(4_000)))).toEqual({
      ok: false,
      error: { code: 'journal.disk-full' },
    });
    await machine.world.settle(machine.world.scheduler.sleep(main, 61_000));
    expect((await machine.world.settle(appendOps(journal))).ok).toBe(true);
    expect(decodeSegment(machine.disk.segments().at(-1) ?? new Uint8Array()).state).toBe('whole');
    main.kill('power cut');
    expect(pendingNumbers(await started(machine))).toEqual([1, 2]);
  });

  test('a new segment too is written from the reserve', async () => {
    const machine = aMachine();
    const journal = await started(machine);
    for (let i = 0; i < 5; i++)
      await machine.world.settle(journal.append(() => [draftRow(900_000)]));
    machine.world.arm('diskFull');

    expect((await machine.world.settle(appendOps(journal))).ok).toBe(true);
    expect(machine.disk.segments()).toHaveLength(2);
  });
});

describe('a failed flush', () => {
  test('is said, and nothing more is promised until the next start', async () => {
    const machine = aMachine();
    const main = machine.boot();
    const journal = await started(machine, main);
    await machine.world.settle(appendOps(journal));
    machine.world.arm('flushFails');
    const failure = { ok: false, error: { code: 'journal.write-failed' } };

    expect(await machine.world.settle(appendOps(journal))).toEqual(failure);
    expect(await machine.world.settle(appendOps(journal))).toEqual(failure);
    expect(pendingNumbers(journal)).toEqual([1]);
    main.kill('restart');
    const again = await started(machine);
    expect(pendingNumbers(again).slice(0, 1)).toEqual([1]);
    expect((await machine.world.settle(appendOps(again))).ok).toBe(true);
  });
});

describe('segments', () => {
  test('a segment past four megabytes is left, and the new one begins with chain and contact', async () => {
    const machine = aMachine();
    const main = machine.boot();
    const journal = await started(machine, main);
    const contact = { ticket: 't', timeline: sample.timeline, serverTime: 5, wall: 6 };
    await machine.world.settle(journal.append(() => [{ t: 'contact', ...contact }]));
    await machine.world.settle(appendOps(journal, 2));
    for (let i = 0; i < 5; i++)
      await machine.world.settle(journal.append(() => [draftRow(900_000)]));
    await machine.world.settle(appendOps(journal));

    const segments = machine.disk.segments();
    expect(segments).toHaveLength(2);
    const [first] = decodeSegment(segments[1] ?? new Uint8Array()).payloads;
    expect(JSON.parse(fromUtf8(first ?? new Uint8Array()))).toMatchObject([
      { t: 'chain', dev: sample.deviceId, inc: 1, n: 2 },
      { t: 'contact', ...contact },
    ]);
    main.kill('power cut');
    const again = await started(machine);
    expect(pendingNumbers(again)).toEqual([1, 2, 3]);
    expect(again.state.contact()).toMatchObject(contact);
    expect((await machine.world.settle(appendOps(again))).ok).toBe(true);
  });

  test('damage in the middle stops the start and leaves the file as it is', async () => {
    const machine = aMachine();
    const main = machine.boot();
    const journal = await started(machine, main);
    for (let i = 0; i < 3; i++) await machine.world.settle(appendOps(journal));
    main.kill('power cut');
    const [bytes] = machine.disk.segments();
    if (!bytes) throw new Error('a segment');
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    const before = bytes.slice();

    const opened = await machine.world.settle(open(machine, machine.boot()));
    expect(opened).toEqual({ ok: false, error: { code: 'journal.damaged', segment: '00000001' } });
    expect(machine.disk.segments()[0]).toEqual(before);
  });

  test('what another device’s key sealed is damage', async () => {
    const machine = aMachine();
    const main = machine.boot();
    await started(machine, main);
    main.kill('restart');
    const stranger = { ...plainSealer, open: () => undefined as never };

    expect(await machine.world.settle(open(machine, machine.boot(), stranger))).toMatchObject({
      error: { code: 'journal.damaged' },
    });
  });

  test('a record of a later program stops the start, and is no damage', async () => {
    const machine = aMachine();
    const main = machine.boot();
    await started(machine, main);
    const disk = machine.disk.attach(main);
    const later = encodeFrame(utf8(JSON.stringify([{ t: 'hologram' }])));
    await machine.world.settle(disk.append('00000001', later));
    await machine.world.settle(disk.flush('00000001'));
    main.kill('restart');

    expect(await machine.world.settle(open(machine, machine.boot()))).toMatchObject({
      error: { code: 'journal.newer-format', segment: '00000001' },
    });
  });

  test('a torn segment that is not the last one is damage', async () => {
    const machine = aMachine();
    const main = machine.boot();
    await started(machine, main);
    const disk = machine.disk.attach(main);
    await machine.world.settle(disk.append('00000001', new Uint8Array([9])));
    await machine.world.settle(disk.flush('00000001'));
    await machine.world.settle(disk.create('00000002', concatBytes(utf8('TCVJNL01'))));
    main.kill('restart');

    expect(await machine.world.settle(open(machine, machine.boot()))).toMatchObject({
      error: { code: 'journal.damaged', segment: '00000001' },
    });
  });

  test('closing waits for what is being written', async () => {
    const machine = aMachine();
    const journal = await started(machine);
    let isSaved = false;
    const saving = (async () => {
      await appendOps(journal);
      isSaved = true;
    })();

    await machine.world.settle(Promise.all([journal.close(), saving]));
    expect(isSaved).toBe(true);
  });

  test('operations come back exactly as they were', async () => {
    const machine = aMachine();
    const main = machine.boot();
    const journal = await started(machine, main);
    await machine.world.settle(appendOps(journal, 1, 'Về việc “họp” – ngày 2/3 \u0000'));
    const [before] = journal.state.pending() as [Operation];
    main.kill('power cut');

    expect((await started(machine)).state.pending()).toEqual([before]);
  });
});
