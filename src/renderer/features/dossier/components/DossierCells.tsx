import { Text } from '@mantine/core';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { HeldDossier } from '../../../data/repositories/dossier-repository';
import { useUserNames } from '../../../data/use-user-names';
import { SavedMark } from '../../../ui/SavedMark';

interface DossierCellsProps {
  readonly row: HeldDossier;
}

export function DossierCells({ row }: DossierCellsProps) {
  const nameOf = useUserNames();
  const { title, owner, members, openedAt } = row.dossier;
  return (
    <>
      <div role="gridcell">
        <Text lineClamp={2} lh={1.25}>
          {title}
        </Text>
      </div>
      <div role="gridcell">{nameOf(owner)}</div>
      <div role="gridcell">{t('dossier.list.members', { count: members.length })}</div>
      <div role="gridcell">{formatInstant(openedAt)}</div>
      <div role="gridcell">
        <SavedMark mark={row.dirty ? 'saved' : 'received'} />
      </div>
    </>
  );
}
