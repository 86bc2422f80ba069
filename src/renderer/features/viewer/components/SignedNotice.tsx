import { Alert, Button, Group, List, Text } from '@mantine/core';
import type { SignatureReport } from '@shared/domain/signing/verification-report';
import { t } from '@shared/i18n/translate';
import { changesInWords } from '../../signing';

interface SignedNoticeProps {
  readonly signature: SignatureReport;
  readonly onSave: () => void;
  readonly onBack: () => void;
}

/** Says that the pages are those that were signed, and what came after (V-15). */
export function SignedNotice({ signature, onSave, onBack }: SignedNoticeProps) {
  const changes = changesInWords(signature);
  return (
    <Alert color="blue" role="status" title={t('viewer.signed.title')}>
      <Text>
        {t('viewer.signed.by', { name: signature.signer ?? t('signing.verify.noSigner') })}
      </Text>
      {changes.length > 0 ? (
        <>
          <Text>{t('viewer.signed.changed')}</Text>
          <List>
            {changes.map((change) => (
              <List.Item key={change}>{change}</List.Item>
            ))}
          </List>
        </>
      ) : null}
      <Group gap="sm" mt="xs">
        <Button onClick={onBack}>{t('viewer.signed.back')}</Button>
        <Button variant="default" onClick={onSave}>
          {t('viewer.signed.save')}
        </Button>
      </Group>
    </Alert>
  );
}
