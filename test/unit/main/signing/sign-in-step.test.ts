import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { err, ok, type Result } from '@shared/kernel/result';
import { FileHash } from '@shared/kernel/ids';
import { checkSigningLog } from '../../../../src/main/features/signing/check-signing-log';
import { createSignDocuments } from '../../../../src/main/features/signing/sign-documents';
import { signInStep } from '../../../../src/main/features/signing/sign-in-step';
import type { SigningDeps } from '../../../../src/main/features/signing/signing-deps';
import { createSigningLog } from '../../../../src/main/features/signing/signing-log';
import { fakeClock } from '../../../support/fake-clock';
import { silentLog } from '../../../support/silent-log';
import { anOffice, NOW } from '../../shared/pades/helpers';
import { aSigningWorld, pressed, readyPdf } from './signing-world';

const office = anOffice();

/** Papers by name through stages that write down when they begin and end; `large` papers begin with L. */
async function inStep(
  papers: readonly string[],
  sign: (paper: string) => Result<string> = ok,
): Promise<{ readonly told: readonly string[]; readonly stopped: Result<void> }> {
  const told: string[] = [];
  const stage = async (name: string, turns: number): Promise<void> => {
    told.push(name);
    for (let i = 0; i < turns; i++) await Promise.resolve();
    told.push(`${name}.`);
  };
  const stopped = await signInStep(papers, {
    prepare: async (paper) => stage(`prepare ${paper}`, 3),
    sign: async (paper) => {
      await stage(`sign ${paper}`, 10);
      return sign(paper);
    },
    keep: async (paper) => stage(`keep ${paper}`, 50),
    fail: (paper) => void told.push(`fail ${paper}`),
    isOver: () => false,
    isLeftOut: () => false,
    isLarge: (paper) => paper.startsWith('L'),
  });
  return { told, stopped };
}

test('O-1: while the token signs a paper the next is prepared and the one before is kept', async () => {
  const { told } = await inStep(['a', 'b', 'c']);

  const at = (name: string): number => told.indexOf(name);
  expect(at('prepare b')).toBeLessThan(at('sign a.'));
  expect(at('sign b')).toBeLessThan(at('keep a.'));
  expect(at('keep a.')).toBeLessThan(at('keep b'));
  expect(at('sign a.')).toBeLessThan(at('sign b'));
  expect(told.at(-1)).toBe('keep c.');
});

test('O-1: a large paper is in memory alone', async () => {
  const { told } = await inStep(['a', 'L', 'b']);

  const at = (name: string): number => told.indexOf(name);
  expect(at('prepare L')).toBeGreaterThan(at('keep a.'));
  expect(at('prepare b')).toBeGreaterThan(at('sign L.'));
});

test('S-17: the token fails: what it signed before is kept first, what was prepared is not asked for', async () => {
  const { told, stopped } = await inStep(['a', 'b', 'c'], (paper) =>
    paper === 'b' ? err({ code: 'token.removed' }) : ok(paper),
  );

  expect(stopped).toEqual(err({ code: 'token.removed' }));
  expect(told.slice(-2)).toEqual(['keep a.', 'fail b']);
  expect(told).toContain('prepare c');
  expect(told).not.toContain('sign c');
});

/** A batch whose first file comes to the disk only after the second paper has got as far as its reading again. */
async function slowlyKept(onSecond: () => void = () => undefined) {
  const world = await aSigningWorld(office);
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) ids.push(await world.addDocument(readyPdf));
  const told: string[] = [];
  let meet = (): void => undefined;
  const met = new Promise<void>((resolve) => (meet = resolve));
  let read = 0;
  const documents = createSignDocuments({
    ...world.deps,
    pades: {
      ...world.deps.pades,
      run: async (job, given) => {
        if (job.do === 'completeSignature') {
          told.push(`read ${(read += 1)} again`);
          if (read === 2) {
            meet();
            onSecond();
          }
        }
        return world.deps.pades.run(job, given);
      },
    },
    files: {
      ...world.deps.files,
      put: async (bytes) => {
        await met;
        // A turn of the whole loop: what failed meanwhile unseen would end the program here.
        await new Promise((resolve) => setImmediate(resolve));
        told.push('keep');
        return world.deps.files.put(bytes);
      },
    },
  });
  documents.begin('leader', ids);
  const done = await documents.sign(pressed(office.leader, ids, { unreadIds: ids }));
  return { done, told, world };
}

test('O-1: what the token signed is read again while the paper before is made durable, and kept after it', async () => {
  const { done, told } = await slowlyKept();

  expect(done).toEqual(ok({ signed: 3 }));
  expect(told.slice(0, 3)).toEqual(['read 1 again', 'read 2 again', 'keep']);
  expect(told.filter((one) => one === 'keep')).toHaveLength(3);
});

test('S-17: a defect while a paper is read again costs that paper alone, also before its turn to be kept', async () => {
  const { done, world } = await slowlyKept(() => {
    throw new Error('a defect');
  });

  expect(done).toEqual(ok({ signed: 2 }));
  expect(world.saved).toHaveLength(2);
});

function logOf(folder: string): ReturnType<typeof checkSigningLog> {
  const [log, head] = ['signing.jsonl', 'signing-head.json'].map(
    (name) => new Uint8Array(readFileSync(join(folder, name))),
  );
  return checkSigningLog(log ?? new Uint8Array(), head);
}

/** The same parts until the named step is taken for the nth time; from then on nothing answers any more. */
function mortal(deps: SigningDeps, lastStep: string, nth: number) {
  let isDead = false;
  let seen = 0;
  const underWay: Promise<unknown>[] = [];
  let die = (): void => undefined;
  const died = new Promise<void>((resolve) => (die = resolve));
  const step = <T>(name: string, work: () => Promise<T>): Promise<T> => {
    if (name === lastStep && (seen += 1) === nth) {
      isDead = true;
      die();
    }
    if (isDead) return new Promise<T>(() => undefined);
    const begun = work();
    underWay.push(begun);
    return begun;
  };
  const { pades, files, signingLog, token, append } = deps;
  const dying: SigningDeps = {
    ...deps,
    pades: { ...pades, run: (job) => step(job.do, () => pades.run(job)) },
    files: { ...files, put: (bytes) => step('put', () => files.put(bytes)) },
    append: (drafts) => step('append', () => append(drafts)),
    signingLog: {
      ...signingLog,
      append: (facts) => step(facts.event, () => signingLog.append(facts)),
    },
    token: {
      ...token,
      openSession: async (...asked) => {
        const opened = await token.openSession(...asked);
        if (!opened.ok) return opened;
        const { sign } = opened.value;
        return ok({ ...opened.value, sign: (...data) => step('sign', () => sign(...data)) });
      },
    },
  };
  return { dying, died: died.then(() => Promise.allSettled(underWay)) };
}

test.each([
  ['prepareSignature', 3],
  ['begun', 2],
  ['sign', 2],
  ['sign', 3],
  ['completeSignature', 2],
  ['put', 2],
  ['made', 2],
  ['append', 2],
  ['saved', 2],
] as const)(
  'T-10, S-17: a death at “%s” %i with papers in flight leaves each signed or not, and the rest is signed once',
  async (lastStep, nth) => {
    const world = await aSigningWorld(office);
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) ids.push(await world.addDocument(readyPdf));
    const { dying, died } = mortal(world.deps, lastStep, nth);
    const first = createSignDocuments(dying);
    first.begin('leader', ids);
    void first.sign(pressed(office.leader, ids, { unreadIds: ids }));
    await died;
    const asked = world.token.signatures();
    const folder = join(world.folder, 'signing-log');
    const made = logOf(folder).entries.filter(({ event }) => event === 'made').length;
    const recorded = world.saved.map(({ target }) => target.id);
    const left = ids.filter((id) => !recorded.includes(id));

    const signingLog = createSigningLog({ folder, clock: fakeClock(NOW), log: silentLog });
    const again = createSignDocuments({ ...world.deps, signingLog });
    again.begin('leader', left);
    const done = await again.sign(pressed(office.leader, left, { unreadIds: left }));

    expect(done).toEqual(ok({ signed: left.length }));
    expect(world.saved.map(({ target }) => target.id).toSorted()).toEqual(ids.toSorted());
    for (const { files = [] } of world.saved)
      for (const file of files)
        expect((await world.deps.files.read(FileHash.parse(file))).ok).toBe(true);
    // Asked again is only what was signed and not yet noted.
    expect(world.token.signatures() - ids.length).toBe(asked - made);
    expect(asked - made).toBeLessThanOrEqual(2);
    expect(logOf(folder).findings).toEqual([]);
  },
);
