import { Table, Text } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import { Patch, type Operation } from '@shared/sync/operation';
import { useUserNames } from '../../../data/use-user-names';
import { conflictFieldName, conflictValueText } from '../../conflicts';

interface HeldChangesProps {
  readonly operation: Operation;
}

/** What the held work would change: each field with what its author saw and what they wrote. */
export function HeldChanges({ operation }: HeldChangesProps) {
  const nameOf = useUserNames();
  const patch = operation.kind === 'patch' ? Patch.safeParse(operation.body) : undefined;
  const isDocument = ['incomingDocument', 'outgoingDocument'].includes(operation.target.type);
  if (operation.kind === 'create' && isDocument) return <Text>{t('held.create')}</Text>;
  if (!patch?.success) return <Text>{t('held.command')}</Text>;
  const { type } = operation.target;
  const targetType = type === 'outgoingDocument' ? type : 'incomingDocument';
  return (
    <Table withTableBorder layout="fixed" style={{ overflowWrap: 'anywhere' }}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('held.field')}</Table.Th>
          <Table.Th>{t('held.was')}</Table.Th>
          <Table.Th>{t('held.now')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {Object.entries(patch.data.set ?? {}).map(([field, { was, now }]) => (
          <Table.Tr key={field}>
            <Table.Td>{conflictFieldName({ targetType, field })}</Table.Td>
            <Table.Td>{conflictValueText(field, was, nameOf)}</Table.Td>
            <Table.Td fw={600}>{conflictValueText(field, now, nameOf)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
