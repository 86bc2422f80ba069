import { Badge, Fieldset, Group, Table, Text } from '@mantine/core';
import { findDocumentType } from '@shared/domain/document/document-type';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { Role } from '@shared/domain/organ/user';
import { formatDate, formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { OutgoingDetail } from '../../../data/repositories/outgoing-view';
import { useCurrentSession } from '../../../data/session';
import { useUserNames } from '../../../data/use-user-names';
import { AttachedFileList } from '../../../ui/AttachedFileList';
import { Fact, FactGroup } from '../../../ui/Facts';
import { circulationOptions, priorityLabel } from '../../incoming';
import { useIncomingTitles, useOrgUnits } from '../hooks/use-outgoing';
import { DeliveryTable } from './DeliveryTable';

interface OutgoingFactsProps {
  readonly detail: OutgoingDetail;
  readonly onViewFile: (file: AttachedFile) => void;
  readonly onSaveCopy: (file: AttachedFile) => void;
}

/** Everything known of a document of ours: where it stands, what it says, its files and who has looked at it. */
export function OutgoingFacts({ detail, onViewFile, onSaveCopy }: OutgoingFactsProps) {
  const { document, isWaiting } = detail;
  const { organs } = useCurrentSession();
  const units = useOrgUnits();
  const answered = useIncomingTitles(document.replyToIncomingIds);
  const nameOf = useUserNames();
  const unit =
    units.status === 'ready' ? units.value.find(({ id }) => id === document.draftingUnitId) : null;
  const circulation = circulationOptions.find(({ value }) => value === document.circulation);
  return (
    <>
      <FactGroup legend={t('outgoing.detail.groupNumber')}>
        <Fact label={t('outgoing.field.codeDisplay')}>
          {document.codeDisplay ?? t(isWaiting ? 'outgoing.waitingNumber' : 'outgoing.noNumber')}
        </Fact>
        <Fact label={t('outgoing.field.issuedDate')}>
          {document.issuedDate === null
            ? t('outgoing.detail.noDate')
            : formatDate(document.issuedDate)}
        </Fact>
        <Fact label={t('outgoing.field.state')}>{t(`outgoing.state.${document.state}`)}</Fact>
        <Fact label={t('outgoing.field.draftedBy')}>{nameOf(document.draftedBy)}</Fact>
        {document.dispatchedAt === null ? null : (
          <Fact label={t('outgoing.field.dispatchedAt')}>
            {formatInstant(document.dispatchedAt)}
          </Fact>
        )}
      </FactGroup>
      {document.deliveries.length > 0 ? (
        <Fieldset legend={t('outgoing.delivery.group')} bg="white" p="sm" pt={4}>
          <DeliveryTable document={document} />
        </Fieldset>
      ) : null}
      <FactGroup legend={t('outgoing.detail.groupDraft')}>
        <Fact label={t('outgoing.field.subject')} isWide>
          {document.subject}
        </Fact>
        <Fact label={t('outgoing.field.documentTypeId')}>
          {findDocumentType(document.documentTypeId)?.name ?? document.documentTypeId}
        </Fact>
        <Fact label={t('outgoing.field.organId')}>
          {organs.find(({ id }) => id === document.organId)?.name ?? ''}
        </Fact>
        <Fact label={t('outgoing.field.draftingUnitId')}>{unit?.name ?? ''}</Fact>
        <Fact label={t('outgoing.field.priority')}>{priorityLabel(document.priority)}</Fact>
        <Fact label={t('outgoing.field.signerName')}>{document.signerName}</Fact>
        <Fact label={t('outgoing.field.signerPosition')}>{document.signerPosition}</Fact>
        <Fact label={t('outgoing.field.signingForm')}>
          {t(`outgoing.signingForm.${document.signingForm}`)}
        </Fact>
        <Fact label={t('outgoing.field.circulation')}>{circulation?.label ?? ''}</Fact>
        <Fact label={t('outgoing.field.replyDueDate')}>
          {document.replyDueDate === null
            ? t('outgoing.detail.noDue')
            : formatDate(document.replyDueDate)}
        </Fact>
        <Fact label={t('outgoing.field.note')}>{document.note ?? t('common.none')}</Fact>
        <Fact label={t('outgoing.field.replyToIncomingIds')} isWide>
          {answered.length === 0 ? t('common.none') : answered.join('; ')}
        </Fact>
        <Fact label={t('outgoing.field.recipients')} isWide>
          <Group gap="xs">
            {document.recipients.map(({ name, channel }) => (
              <Group key={name} gap={6} wrap="nowrap">
                <Text>{name}</Text>
                <Badge variant="outline" color="dark" tt="none" radius="sm">
                  {t(`outgoing.recipientChannel.${channel}`)}
                </Badge>
              </Group>
            ))}
          </Group>
        </Fact>
      </FactGroup>
      {document.finalPdf ? (
        <Fieldset legend={t('outgoing.field.finalPdf')} bg="white" p="sm" pt={4}>
          <AttachedFileList
            files={[document.finalPdf]}
            onView={onViewFile}
            onSaveCopy={onSaveCopy}
          />
        </Fieldset>
      ) : null}
      <Fieldset legend={t('outgoing.field.drafts')} bg="white" p="sm" pt={4}>
        <AttachedFileList files={document.drafts} onView={onViewFile} onSaveCopy={onSaveCopy} />
      </Fieldset>
      <Fieldset legend={t('outgoing.detail.groupReviews')} bg="white" p="sm" pt={4}>
        <ReviewTable document={document} nameOf={nameOf} />
      </Fieldset>
    </>
  );
}

interface ReviewTableProps {
  readonly document: OutgoingDocument;
  readonly nameOf: (userId: string) => string;
}

function ReviewTable({ document, nameOf }: ReviewTableProps) {
  return (
    <Table verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('outgoing.review.when')}</Table.Th>
          <Table.Th>{t('outgoing.review.what')}</Table.Th>
          <Table.Th>{t('outgoing.review.who')}</Table.Th>
          <Table.Th>{t('outgoing.review.opinion')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <Table.Tr>
          <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatInstant(document.draftedAt)}</Table.Td>
          <Table.Td>{t('outgoing.detail.drafted')}</Table.Td>
          <Table.Td>{nameOf(document.draftedBy)}</Table.Td>
          <Table.Td />
        </Table.Tr>
        {document.reviews.map(({ id, at, kind, userId, role, opinion }) => (
          <Table.Tr key={id}>
            <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatInstant(at)}</Table.Td>
            <Table.Td>{t(`outgoing.review.${kind}`)}</Table.Td>
            <Table.Td>
              {t('outgoing.review.whoRole', { name: nameOf(userId), role: roleName(role) })}
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{opinion}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function roleName(role: string): string {
  const known = Role.safeParse(role);
  return known.success ? t(`session.role.${known.data}`) : role;
}
