import { Box, Button, Center, Group, Loader, Stack, Text } from '@mantine/core';
import { IconArrowLeft, IconDownload } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { t } from '@shared/i18n/translate';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { useShortcut } from '../../../ui/use-shortcut';
import { SignaturePanel } from '../../signing';
import { CopyNotice } from '../components/CopyNotice';
import { PdfViewer } from '../components/PdfViewer';
import { usePdf } from '../hooks/use-pdf';
import { useSaveCopy } from '../hooks/use-save-copy';

interface FileViewerProps {
  readonly file: AttachedFile;
  readonly onClose: () => void;
}

/** One file over the whole content area; it fills the height of whatever holds it. */
export function FileViewer({ file, onClose }: FileViewerProps) {
  const { outcome, saveCopy } = useSaveCopy();
  const [attempt, setAttempt] = useState(0);
  useShortcut('Escape', onClose);
  const saveButton: ReactNode = (
    <Button
      variant="default"
      leftSection={<IconDownload size={18} aria-hidden />}
      onClick={() => void saveCopy(file)}
    >
      {t('files.saveCopy')}
    </Button>
  );
  return (
    <Stack h="100%" gap={0} pt="md">
      <Box px="md">
        <PageHeader
          title={file.name}
          before={
            <Button
              variant="default"
              leftSection={<IconArrowLeft size={18} aria-hidden />}
              onClick={onClose}
            >
              {t('common.back')}
            </Button>
          }
        >
          {saveButton}
        </PageHeader>
        <CopyNotice outcome={outcome} />
      </Box>
      {file.mime === 'application/pdf' ? (
        <Group flex={1} mih={0} gap={0} wrap="nowrap" align="stretch">
          <Stack flex={1} miw={0} gap={0}>
            <PdfBody key={attempt} file={file} onRetry={() => setAttempt(attempt + 1)} />
          </Stack>
          <SignaturePanel sha256={file.sha256} />
        </Group>
      ) : (
        <EmptyState title={t('viewer.notShown')} hint={t('viewer.notShownHint')} />
      )}
    </Stack>
  );
}

interface PdfBodyProps {
  readonly file: AttachedFile;
  readonly onRetry: () => void;
}

function PdfBody({ file, onRetry }: PdfBodyProps) {
  const { pdf, onFailed } = usePdf(file.sha256);
  if (pdf.status === 'loading') {
    return (
      <Center flex={1}>
        <Group gap="sm">
          <Loader size="sm" />
          <Text>{t('viewer.opening')}</Text>
        </Group>
      </Center>
    );
  }
  if (pdf.status === 'failed') {
    return (
      <Box p="md">
        <FailureNotice code={pdf.failure.code} onRetry={onRetry} />
      </Box>
    );
  }
  return <PdfViewer pdf={pdf.value} onFailed={onFailed} />;
}
