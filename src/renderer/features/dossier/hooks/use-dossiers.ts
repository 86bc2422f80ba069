import { useMemo } from 'react';
import type { Dossier } from '@shared/domain/dossier/dossier';
import { roleFor } from '@shared/domain/organ/permission';
import type { Role } from '@shared/domain/organ/user';
import type { Live } from '../../../data/live';
import type {
  DocumentPlace,
  DossierDocument,
  HeldDossier,
} from '../../../data/repositories/dossier-repository';
import { useCurrentSession } from '../../../data/session';
import { useLive } from '../../../data/use-live';
import { useDossierRepository } from '../../../data/workspace';

export function useDossiers(): Live<readonly HeldDossier[]> {
  const dossiers = useDossierRepository();
  return useLive(useMemo(() => dossiers.watchAll(), [dossiers]));
}

/** Null when this machine does not hold it, or no longer. */
export function useDossier(id: string): Live<HeldDossier | null> {
  const dossiers = useDossierRepository();
  return useLive(useMemo(() => dossiers.watchOne(id), [dossiers, id]));
}

export function useDossierDocuments(id: string): Live<readonly DossierDocument[]> {
  const dossiers = useDossierRepository();
  return useLive(useMemo(() => dossiers.watchDocuments(id), [dossiers, id]));
}

export function useDocumentPlace(documentId: string): Live<DocumentPlace | null> {
  const dossiers = useDossierRepository();
  return useLive(useMemo(() => dossiers.watchPlaceOf(documentId), [dossiers, documentId]));
}

/** The role in which this person may change who sees a dossier, as the server will ask; undefined when they may not. */
export function useMembersRole(): (dossier: Dossier) => Role | undefined {
  const { user } = useCurrentSession();
  return ({ owner, organId }) =>
    owner === user.id
      ? roleFor(user, 'openDossier', organId)
      : user.grants.find(({ role }) => role === 'chuTich' || role === 'lanhDaoVanPhong')?.role;
}
