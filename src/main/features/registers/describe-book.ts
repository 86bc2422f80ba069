import { isNearLimit, type HolderBook, type KnownTime } from '@shared/domain/register/lease-holder';
import type { HeldRegister } from '@shared/ipc/registers';
import { localDateAt } from '@shared/kernel/local-date';
import type { Result } from '@shared/kernel/result';

/** A held register as its screen shows it: what was given last, how much is left, and why it gives nothing. */
export function describeBook(
  book: HolderBook,
  opened: Result<unknown>,
  { trustedNowMs, wallMs }: KnownTime,
): HeldRegister {
  const { lease, next, lastDate, unsent, sealed } = book;
  return {
    kind: 'held',
    lease,
    lastNumber: next - 1,
    lastDate,
    unsent,
    isReturning: sealed,
    isNearLimit: isNearLimit(book, localDateAt(trustedNowMs ?? wallMs)),
    needsConfirmation: !opened.ok && opened.error.code === 'register.confirm-first',
    problem:
      opened.ok || sealed || opened.error.code === 'register.confirm-first'
        ? null
        : opened.error.code,
  };
}
