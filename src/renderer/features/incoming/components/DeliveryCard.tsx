import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconBook2, IconX } from '@tabler/icons-react';
import { findDocumentType } from '@shared/domain/document/document-type';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { formatDate, formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import type { DeliveryRow } from '../../../data/repositories/delivery-repository';
import { AttachedFileList } from '../../../ui/AttachedFileList';
import { priorityLabel } from '../labels';

interface DeliveryCardProps {
  readonly row: DeliveryRow;
  readonly onViewFile: (file: AttachedFile) => void;
  readonly onSaveCopy: (file: AttachedFile) => void;
  /** Left out for who may only read. */
  readonly onRegister: (() => void) | undefined;
  readonly onRefuse: (() => void) | undefined;
}

/** One document that another office sent, before it is in the book. */
export function DeliveryCard({ row, ...on }: DeliveryCardProps) {
  const { delivery } = row;
  const { codeDisplay, senderName, priority, issuedDate } = delivery;
  const type = findDocumentType(delivery.documentTypeId)?.name ?? '';
  return (
    <Card component="article" withBorder padding="md" aria-label={`${codeDisplay} ${senderName}`}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div>
            <Title order={3} size="h4">
              {delivery.subject}
            </Title>
            <Text fw={600}>{senderName}</Text>
            <Text c="dark.3">
              {t('incoming.delivery.line', {
                code: `${type} ${codeDisplay}`.trim(),
                date: issuedDate === null ? t('incoming.detail.undated') : formatDate(issuedDate),
                at: formatInstant(delivery.sentAt),
              })}
            </Text>
          </div>
          {priority > 0 ? (
            <Badge color="red.8" variant="filled" tt="none" radius="sm" style={{ flexShrink: 0 }}>
              {priorityLabel(priority)}
            </Badge>
          ) : null}
        </Group>
        <AttachedFileList
          files={delivery.files}
          onView={on.onViewFile}
          onSaveCopy={on.onSaveCopy}
        />
        {on.onRegister || on.onRefuse ? (
          <Group justify="flex-end">
            {on.onRefuse ? (
              <Button
                variant="default"
                leftSection={<IconX size={18} aria-hidden />}
                onClick={on.onRefuse}
              >
                {t('incoming.delivery.refuse')}
              </Button>
            ) : null}
            {on.onRegister ? (
              <Button leftSection={<IconBook2 size={18} aria-hidden />} onClick={on.onRegister}>
                {t('incoming.delivery.register')}
              </Button>
            ) : null}
          </Group>
        ) : null}
      </Stack>
    </Card>
  );
}
