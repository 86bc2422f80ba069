import type { Live } from '../../../data/live';
import { useAgencies, useOrgUnits, useUsers } from './use-outgoing';
import type { Agency, OrgUnit } from '@shared/domain/organ/organ';
import type { User } from '@shared/domain/organ/user';

export interface DraftReferences {
  readonly units: readonly OrgUnit[];
  readonly users: readonly User[];
  readonly agencies: readonly Agency[];
}

/** What a draft is put together from; ready once all of it has been read. */
export function useDraftReferences(): Live<DraftReferences> {
  const units = useOrgUnits();
  const users = useUsers();
  const agencies = useAgencies();
  if (units.status !== 'ready') return units;
  if (users.status !== 'ready') return users;
  if (agencies.status !== 'ready') return agencies;
  return {
    status: 'ready',
    value: {
      units: units.value.filter(({ active }) => active),
      users: users.value,
      agencies: agencies.value,
    },
  };
}
