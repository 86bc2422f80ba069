import type { Role } from '@shared/domain/organ/user';
import { draftingRole } from '@shared/domain/document/outgoing-work';
import type { OpenConflict } from '../../../data/repositories/conflict-repository';
import { useCurrentSession, useRoleFor } from '../../../data/session';

/** In which role this person may choose: as the server will ask; undefined when they may only look. */
export function useChoosingRole(): (open: OpenConflict) => Role | undefined {
  const { user } = useCurrentSession();
  const roleFor = useRoleFor('correctIncoming');
  return ({ conflict, document }) => {
    if (conflict.targetType === 'incomingDocument') return roleFor(document.organId);
    return document.draftedBy === user.id ? draftingRole(user, document.organId) : undefined;
  };
}
