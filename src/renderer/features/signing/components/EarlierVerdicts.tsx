import { List, Stack, Text } from '@mantine/core';
import { dataDateOf, type CheckedReport } from '@shared/domain/signing/verification-report';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';

/** By which data the verdict stands, what was said of this file before, and whether it is made again (V-14). */
export function EarlierVerdicts({ report }: { readonly report: CheckedReport }) {
  const { earlier, isWaiting, checkedAt } = report;
  const dataDate = dataDateOf(report);
  return (
    <Stack gap={4}>
      {dataDate === null ? null : (
        <Text size="sm" c="dark.3">
          {t('signing.verify.byData', { date: formatInstant(dataDate) })}
        </Text>
      )}
      {isWaiting ? <Text>{t('signing.verify.waiting')}</Text> : null}
      {earlier.length === 0 ? null : (
        <>
          <Text size="sm">{t('signing.verify.rechecked', { at: formatInstant(checkedAt) })}</Text>
          <List size="sm">
            {earlier.map(({ verdict, at, dataDate: date }) => (
              <List.Item key={at}>
                {date === null
                  ? t('signing.verify.earlierWithout', {
                      verdict: t(`signing.verdict.${verdict}`),
                      at: formatInstant(at),
                    })
                  : t('signing.verify.earlier', {
                      verdict: t(`signing.verdict.${verdict}`),
                      at: formatInstant(at),
                      date: formatInstant(date),
                    })}
              </List.Item>
            ))}
          </List>
        </>
      )}
    </Stack>
  );
}
