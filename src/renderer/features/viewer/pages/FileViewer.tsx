import { Box, Button, Center, Group, Loader, Stack, Text } from '@mantine/core';
import { IconArrowLeft, IconDownload } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { SignatureReport } from '@shared/domain/signing/verification-report';
import { t } from '@shared/i18n/translate';
import { EmptyState } from '../../../ui/EmptyState';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageHeader } from '../../../ui/PageHeader';
import { useShortcut } from '../../../ui/use-shortcut';
import { placeName, printPlan, SignaturePanel, type PrintPlan, type PrintWay } from '../../signing';
import { CopyNotice } from '../components/CopyNotice';
import type { PageMark } from '../components/PdfPage';
import { PdfViewer } from '../components/PdfViewer';
import { PrintPdf } from '../components/PrintPdf';
import { SignedNotice } from '../components/SignedNotice';
import { markFields } from '../field-marks';
import type { OpenPdf } from '../open-pdf';
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
  const [signed, setSigned] = useState<SignatureReport>();
  const [printing, setPrinting] = useState<{ readonly way: PrintWay; readonly plan: PrintPlan }>();
  const firstBytes = signed?.signedLength ?? undefined;
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
            {signed ? (
              <SignedNotice
                signature={signed}
                onSave={() => void saveCopy({ ...file, name: signedName(file.name) }, firstBytes)}
                onBack={() => setSigned(undefined)}
              />
            ) : null}
            <PdfBody
              key={`${attempt} ${firstBytes}`}
              file={file}
              signed={signed}
              onRetry={() => setAttempt(attempt + 1)}
            />
          </Stack>
          <SignaturePanel
            sha256={file.sha256}
            fileName={file.name}
            onPrint={(way, report) => setPrinting({ way, plan: printPlan(report, way) })}
            onShowSigned={setSigned}
          />
          {printing ? (
            <PrintPdf
              sha256={file.sha256}
              title={t(`viewer.print.${printing.way}`)}
              plan={printing.plan}
              onClose={() => setPrinting(undefined)}
            />
          ) : null}
        </Group>
      ) : (
        <EmptyState title={t('viewer.notShown')} hint={t('viewer.notShownHint')} />
      )}
    </Stack>
  );
}

const signedName = (name: string): string =>
  t('viewer.signed.fileName', { name: name.replace(/\.pdf$/i, '').slice(0, 150) });

interface PdfBodyProps {
  readonly file: AttachedFile;
  /** Shows the file as this signature signed it; else as it is. */
  readonly signed: SignatureReport | undefined;
  readonly onRetry: () => void;
}

function PdfBody({ file, signed, onRetry }: PdfBodyProps) {
  const { pdf, onFailed } = usePdf(file.sha256, signed?.signedLength ?? undefined);
  const marks = useMarks(pdf.status === 'ready' ? pdf.value : undefined, signed);
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
  return <PdfViewer pdf={pdf.value} onFailed={onFailed} marks={marks} />;
}

const noMarks: readonly PageMark[] = [];

/** Frames where something was put after this signature (V-15). */
function useMarks(
  pdf: OpenPdf | undefined,
  signed: SignatureReport | undefined,
): readonly PageMark[] {
  const [marks, setMarks] = useState(noMarks);
  useEffect(() => {
    if (!pdf || !signed) return undefined;
    let isGone = false;
    const mark = async () => {
      const found = await markFields(pdf.document, signed.changedPlaces, placeName);
      if (!isGone) setMarks(found);
    };
    // A page that cannot be read shows that itself; the list beside it names the places too.
    mark().catch(() => undefined);
    return () => {
      isGone = true;
    };
  }, [pdf, signed]);
  return marks;
}
