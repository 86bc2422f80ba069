import { Badge, Table } from '@mantine/core';
import type { OutgoingDelivery, OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';

interface DeliveryTableProps {
  readonly document: OutgoingDocument;
}

/** What became of a dispatched document at each office that it was sent to. */
export function DeliveryTable({ document }: DeliveryTableProps) {
  const nameOf = (code: string): string =>
    document.recipients.find(({ agencyCode }) => agencyCode === code)?.name ?? code;
  return (
    <Table verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('outgoing.delivery.recipient')}</Table.Th>
          <Table.Th>{t('outgoing.field.state')}</Table.Th>
          <Table.Th>{t('outgoing.review.when')}</Table.Th>
          <Table.Th>{t('outgoing.delivery.reason')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {document.deliveries.map(({ deliveryId, recipientCode, state, at, reason }) => (
          <Table.Tr key={deliveryId}>
            <Table.Td>{nameOf(recipientCode)}</Table.Td>
            <Table.Td>
              <Badge color={colours[state]} variant="filled" tt="none" radius="sm">
                {t(`outgoing.delivery.state.${state}`)}
              </Badge>
            </Table.Td>
            <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatInstant(at)}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{reason}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const colours: Readonly<Record<OutgoingDelivery['state'], string>> = {
  choGui: 'orange.9',
  daGui: 'blue.8',
  daNhan: 'green.9',
  tuChoi: 'red.8',
};
