import { faultKinds } from './faults';

/** A long run in which a kind of fault, outcome or conflict never occurred proves nothing about it (§17.2). */
const LONG_RUN_SEEDS = 500;
const often = [
  ...faultKinds.map((kind) => `fault:${kind}`),
  ...['applied', 'merged', 'held', 'rejected'].map((status) => `outcome:${status}`),
  ...['scalar', 'text', 'set', 'deletion', 'closed'].map((kind) => `conflict:${kind}`),
  ...['put', 'leave', 'delete'].map((kind) => `feed:${kind}`),
  'register:queue served',
  'register:request waits',
  'holder:granted',
  'holder:confirmed',
  'holder:number given',
  'holder:number taken in',
  'holder:dispute',
  'holder:paper question',
  'holder:ended by cmd.releaseLease',
  'holder:ended by cmd.declineLease',
  'fork:profile put back',
  'fork:whole machine put back',
  'fork:goes on as another incarnation',
  'fork:received',
  'fork:missing',
  'restore:begun by its operator',
  'restore:noticed',
  'restore:finished',
  'restore:witness',
  'N-1',
  'N-4',
  'N-7: date inside',
  'N-14: confirmed again',
  'N-14: declined',
  'N-15',
  'N-20: dispute',
  'rescan',
  'purge',
  'batch:page',
  'load:work',
  'load:recent',
  'load:years',
  'load:last',
  'crash:ws',
  'crash:node',
  'crash:hub',
  ...['author', 'hub', 'colleague'].flatMap((first) => [
    `path:${first} alone`,
    `path:bundle, then ${first}`,
    ...['author', 'hub', 'colleague']
      .filter((second) => second !== first)
      .map((second) => `path:${first}, then ${second}`),
  ]),
  'relay:hubRestored',
  'relay:hubCloned',
  'relay:hubStolen',
  'relay:forged decisions',
  'relay:bundle read',
  'relay:colleague on the screen',
  'relay:outlived its machine',
];

/** What needs several rare things at once comes in every run of so many. */
const VERY_LONG_RUN_SEEDS = 5_000;
const seldom = [
  'holder:ended by cmd.approveRecall',
  'N-2',
  'N-3',
  'N-5',
  'N-6: dispute',
  'N-7: no number',
  'N-11',
  'N-13: not believed',
  'N-13: refused',
  'N-18',
  'N-20: entered',
];

/** A holder whose line is cut, a recall meanwhile, and a number that was stated in time. */
const VAST_RUN_SEEDS = 20_000;
const rarely = ['N-6: placeholder filled', 'N-8', 'N-10', 'holder:late number taken in'];

/** Rows of the failure analysis of numbers (§9.7) that no seed can come to, and the test that holds each. */
export const heldElsewhere: Readonly<Record<string, string>> = {
  'N-9': 'test/integration/sync.pg.test.ts',
  'N-10b': 'test/unit/shared/domain/lease-model.test.ts',
  'N-10c': 'test/unit/shared/domain/lease.test.ts',
  'N-12': 'test/integration/tools/restore.pg.test.ts',
  'N-16': 'test/unit/main/registers/held-books.test.ts',
  'N-17': 'test/unit/main/registers/held-books.test.ts',
  'N-19': 'test/unit/main/platform/folder-claim.test.ts',
};

export interface Coverage {
  /** At zero, though a run of so many seeds comes to them: nothing was proven about these. */
  readonly missing: readonly string[];
  /** At zero, in a run that is too short to be blamed for it. */
  readonly notReached: readonly string[];
}

/** What a run of so many seeds did not show, by the sums of its counters. */
export function coverageOf(seeds: number, counters: Readonly<Record<string, number>>): Coverage {
  const tiers: readonly (readonly [number, readonly string[]])[] = [
    [LONG_RUN_SEEDS, often],
    [VERY_LONG_RUN_SEEDS, seldom],
    [VAST_RUN_SEEDS, rarely],
  ];
  const zeroOf = (isAsked: (least: number) => boolean) =>
    tiers.flatMap(([least, names]) =>
      isAsked(least) ? names.filter((name) => (counters[name] ?? 0) === 0) : [],
    );
  return {
    missing: zeroOf((least) => seeds >= least),
    notReached: zeroOf((least) => seeds < least),
  };
}

/** Every row of the analysis that is counted, by its id. */
export const countedRows: ReadonlySet<string> = new Set(
  [...often, ...seldom, ...rarely]
    .filter((name) => name.startsWith('N-'))
    .map((name) => name.split(':')[0] ?? ''),
);
