import { describe, expect, test } from 'vitest';
import { explore, type ModelOptions } from '../../../support/lease-model';

const small: ModelOptions = { maxPapers: 3, maxGrants: 2, maxRecalls: 0, maxRestores: 0 };

describe('T-MC: every world of one register, a server and two devices', () => {
  test.each([
    ['grants, lost answers, releases, a forced recall', { ...small, maxRecalls: 1 }],
    ['a journal that is restored from an image', { ...small, maxPapers: 2, maxRestores: 1 }],
  ] as const)('%s: no rule is broken', (what, options) => {
    const { states, depth, broken } = explore(options);

    console.log(`T-MC, ${what}: ${states} states, depth ${depth}`);
    expect(broken).toBeUndefined();
    expect(states).toBeGreaterThan(1_000);
  });
});

describe('T-MC: the exploration finds what is known to be wrong', () => {
  const wholeMachine = { ...small, maxPapers: 2, maxRestores: 1, wholeMachineRollback: true };

  test.each([
    ['M-11: expiry moves the counter', { ...small, expiryMovesCounter: true }, 'expire', 5],
    ['N-10: the holder is set back', wholeMachine, 'is set back', 5],
    [
      'N-10: a grant that is delivered again after that',
      { ...small, maxPapers: 2, maxRestores: 1, redeliverUnasked: true },
      'is set back',
      6,
    ],
    [
      'N-10: a grant that is declined unasked after that',
      { ...small, maxPapers: 2, maxRestores: 1, declineUnasked: true },
      'declines after 0',
      6,
    ],
    [
      'N-10b: the holder is set back past its release',
      { ...wholeMachine, maxGrants: 1, restoreAfterRelease: true },
      'releases',
      7,
    ],
  ] as const)('%s', (_name, options, culprit, steps) => {
    const { broken } = explore(options);

    expect(broken?.rule).toBe('a number was given twice without a decision of a person');
    expect(broken?.path.some((name) => name.includes(culprit))).toBe(true);
    expect(broken?.path).toHaveLength(steps);
  });
});
