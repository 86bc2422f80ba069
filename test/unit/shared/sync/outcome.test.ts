import { expect, test } from 'vitest';
import { describeFailure } from '@shared/i18n/failures';
import { Outcome } from '@shared/sync/outcome';

test('sync §11: a reason that only a newer server knows is readable and has words', () => {
  const code = 'register.reason-of-tomorrow';
  const outcome = Outcome.safeParse({ status: 'rejected', code });

  expect(outcome.success).toBe(true);
  expect(describeFailure(code)).toMatchObject({ reference: code });
});
