import { Fieldset, List, Stack, Text } from '@mantine/core';
import type { Correction } from '@shared/domain/document/incoming-document';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { useUserNames } from '../../../data/use-user-names';
import { fieldName, fieldValueText } from '../labels';

interface CorrectionHistoryProps {
  /** Oldest first. */
  readonly corrections: readonly Correction[];
}

/** Who corrected what, when and why, with the old values; the newest first. */
export function CorrectionHistory({ corrections }: CorrectionHistoryProps) {
  const nameOf = useUserNames();
  if (corrections.length === 0) return null;
  return (
    <Fieldset legend={t('incoming.detail.groupCorrections')} bg="white" p="sm" pt={4}>
      <Stack gap="sm">
        {corrections.toReversed().map(({ id, userId, at, reason, changes }) => (
          <div key={id}>
            <Text fw={600}>
              {t('incoming.detail.correctedBy', { name: nameOf(userId), at: formatInstant(at) })}
            </Text>
            <List>
              {changes.filter(isShown).map(({ field, was, now }) => (
                <List.Item key={field}>
                  {t('incoming.detail.correctionChange', {
                    field: fieldName(field),
                    was: fieldValueText(field, was),
                    now: fieldValueText(field, now),
                  })}
                </List.Item>
              ))}
            </List>
            <Text size="sm" c="dark.3">
              {reason === null
                ? t('incoming.detail.correctionNoReason')
                : t('incoming.detail.correctionReason', { reason })}
            </Text>
          </div>
        ))}
      </Stack>
    </Fieldset>
  );
}

/** Halves of the symbol follow from the symbol. */
const isShown = ({ field }: Correction['changes'][number]): boolean =>
  field !== 'codeNumber' && field !== 'codeNotation' && field !== 'issuerCode';
