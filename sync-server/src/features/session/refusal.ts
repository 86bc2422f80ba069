import type { User } from '@shared/domain/organ/user';

/** Someone without any role has no business in an office's papers, whatever their password. */
export function refusalOf(
  user: User,
): { readonly code: 'session.user-disabled' | 'session.role-missing' } | undefined {
  if (!user.active) return { code: 'session.user-disabled' };
  return user.grants.length === 0 ? { code: 'session.role-missing' } : undefined;
}
