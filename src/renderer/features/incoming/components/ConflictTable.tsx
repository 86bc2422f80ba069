import { Alert, Table, Text } from '@mantine/core';
import { t } from '@shared/i18n/translate';
import type { FieldConflictView } from '../../../data/repositories/incoming-repository';
import { fieldName, fieldValueText } from '../labels';

interface ConflictTableProps {
  readonly conflicts: readonly FieldConflictView[];
}

/** Two values side by side; neither is ever thrown away (I-8). */
export function ConflictTable({ conflicts }: ConflictTableProps) {
  return (
    <Alert color="orange" title={t('incoming.conflict.title')}>
      <Text mb="xs">{t('incoming.conflict.intro')}</Text>
      <Table withTableBorder bg="white">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('incoming.conflict.field')}</Table.Th>
            <Table.Th>{t('incoming.conflict.kept')}</Table.Th>
            <Table.Th>{t('incoming.conflict.losing')}</Table.Th>
            <Table.Th>{t('incoming.conflict.seen')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {conflicts.map(({ id, field, kept, losing, seen }) => (
            <Table.Tr key={id}>
              <Table.Td fw={600}>{fieldName(field)}</Table.Td>
              <Table.Td>{fieldValueText(field, kept)}</Table.Td>
              <Table.Td>{fieldValueText(field, losing)}</Table.Td>
              <Table.Td>{fieldValueText(field, seen)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Alert>
  );
}
