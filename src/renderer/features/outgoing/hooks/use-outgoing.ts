import { useMemo } from 'react';
import type { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { draftingRole } from '@shared/domain/document/outgoing-work';
import type { Agency, Organ, OrgUnit } from '@shared/domain/organ/organ';
import type { Role, User } from '@shared/domain/organ/user';
import type { Register } from '@shared/domain/register/register';
import type { Live } from '../../../data/live';
import type { OutgoingList, OutgoingQuery } from '../../../data/repositories/outgoing-repository';
import type { OutgoingDetail } from '../../../data/repositories/outgoing-view';
import { useCurrentSession } from '../../../data/session';
import { useLive, useLiveKeeping } from '../../../data/use-live';
import {
  useIncomingRepository,
  useOutgoingRepository,
  useReferenceRepository,
} from '../../../data/workspace';

/** The list of a query; a changed query keeps the old rows on screen until it has its own. */
export function useOutgoingList(
  { text, state, limit }: OutgoingQuery,
  isMine: boolean,
): Live<OutgoingList> {
  const outgoing = useOutgoingRepository();
  const { user } = useCurrentSession();
  return useLiveKeeping(
    useMemo(
      () =>
        isMine
          ? outgoing.watchMine(user, { text, state, limit })
          : outgoing.watchList({ text, state, limit }),
      [outgoing, user, isMine, text, state, limit],
    ),
  );
}

export function useOutgoingDetail(id: string): Live<OutgoingDetail | null> {
  const outgoing = useOutgoingRepository();
  return useLive(useMemo(() => outgoing.watchOne(id), [outgoing, id]));
}

/** Organs of the office for which the signed-in person may draft. */
export function useDraftingOrgans(): readonly { readonly organ: Organ; readonly role: Role }[] {
  const { organs, user } = useCurrentSession();
  return organs.flatMap((organ) => {
    const role = draftingRole(user, organ.id);
    return role === undefined ? [] : [{ organ, role }];
  });
}

export function useAgencies(): Live<readonly Agency[]> {
  const reference = useReferenceRepository();
  return useLive(useMemo(() => reference.watchAgencies(), [reference]));
}

export function useOrgUnits(): Live<readonly OrgUnit[]> {
  const reference = useReferenceRepository();
  return useLive(useMemo(() => reference.watchOrgUnits(), [reference]));
}

export function useUsers(): Live<readonly User[]> {
  const reference = useReferenceRepository();
  return useLive(useMemo(() => reference.watchUsers(), [reference]));
}

/** Open books of outgoing documents of an organ. */
export function useOutgoingRegisters(organId: string): Live<readonly Register[]> {
  const reference = useReferenceRepository();
  const live = useLive(useMemo(() => reference.watchOpenRegisters('di'), [reference]));
  if (live.status !== 'ready') return live;
  return { status: 'ready', value: live.value.filter((register) => register.organId === organId) };
}

export interface CodeParts {
  readonly organShortName: string;
  readonly unitAbbreviation: string;
}

/** What an outgoing code is printed with; null while the office's units are not known here. */
export function useCodeParts({
  organId,
  draftingUnitId,
}: Pick<OutgoingDocument, 'organId' | 'draftingUnitId'>): CodeParts | null {
  const { organs } = useCurrentSession();
  const units = useOrgUnits();
  const organ = organs.find(({ id }) => id === organId);
  const unit =
    units.status === 'ready' ? units.value.find(({ id }) => id === draftingUnitId) : undefined;
  return organ && unit
    ? { organShortName: organ.shortName, unitAbbreviation: unit.abbreviation }
    : null;
}

/** Incoming documents that match what is typed, as suggestions. */
export function useIncomingSuggestions(text: string) {
  const incoming = useIncomingRepository();
  const live = useLiveKeeping(
    useMemo(() => incoming.watchList({ text, state: null, limit: 8 }), [incoming, text]),
  );
  const rows = live.status === 'ready' ? live.value.rows : [];
  return rows.map(({ id, codeDisplay, subject, issuerName }) => ({
    id,
    label: `${codeDisplay} – ${subject}`,
    also: issuerName,
  }));
}

/** Incoming documents by id, in words. */
export function useIncomingTitles(ids: readonly string[]): readonly string[] {
  const incoming = useIncomingRepository();
  const key = ids.join(' ');
  const live = useLive(
    useMemo(() => incoming.watchRows(key === '' ? [] : key.split(' ')), [incoming, key]),
  );
  return live.status === 'ready'
    ? live.value.map(({ codeDisplay, subject }) => `${codeDisplay} – ${subject}`)
    : [];
}
