import { Box, Center, Group, Loader, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useState, type Ref } from 'react';
import { t } from '@shared/i18n/translate';
import type { PreparedField } from '@shared/domain/signing/prepared-field';
import type { OpenedDocument, SigningIntent, SigningItem } from '@shared/ipc/signing-contract';
import { openPdf, PdfViewer, type OpenPdf, type PageMark } from '../features/viewer';
import { FailureNotice } from '../ui/FailureNotice';
import { askSigning, useSigningBridge } from './signing-bridge';
import { useOpened, type Asked } from './use-job';

interface DocumentPagesProps {
  readonly item: SigningItem;
  readonly intent: SigningIntent;
  /** Filled with the way on by one view. */
  readonly turn: Ref<() => boolean>;
}

/** The pages of the very bytes that will be signed, with a frame where the signature goes (S-19). */
export function DocumentPages({ item, intent, turn }: DocumentPagesProps) {
  const opened = useOpened(item.documentId);
  return (
    <Stack flex={1} miw={0} mih={0} gap={0}>
      {opened.status === 'failed' ? (
        <Box p="md">
          <FailureNotice code={opened.failure.code} />
        </Box>
      ) : opened.status === 'loading' ? (
        <Opening />
      ) : (
        <Pages documentId={item.documentId} opened={opened.value} intent={intent} turn={turn} />
      )}
    </Stack>
  );
}

function Opening() {
  return (
    <Center flex={1}>
      <Group gap="sm">
        <Loader size="sm" />
        <Text>{t('viewer.opening')}</Text>
      </Group>
    </Center>
  );
}

interface PagesProps {
  readonly documentId: string;
  readonly opened: OpenedDocument;
  readonly intent: SigningIntent;
  readonly turn: Ref<() => boolean>;
}

function Pages({ documentId, opened, intent, turn }: PagesProps) {
  const bridge = useSigningBridge();
  const [pdf, setPdf] = useState<Asked<OpenPdf>>({ status: 'loading' });
  const onFailed = useCallback(
    () => setPdf({ status: 'failed', failure: { code: 'pdf.broken' } }),
    [],
  );
  const onSeen = useCallback(
    (page: number) => void askSigning(bridge, 'signing.pageShown', { documentId, page }),
    [bridge, documentId],
  );
  const { sha256, sizeBytes } = opened;
  useEffect(() => {
    let isGone = false;
    let close = async () => undefined as void;
    const open = async () => {
      const answer = await openPdf(sha256, sizeBytes, onFailed);
      if (!answer.ok) {
        if (!isGone) setPdf({ status: 'failed', failure: answer.error });
        return;
      }
      if (isGone) return answer.value.close();
      close = answer.value.close;
      setPdf({ status: 'ready', value: answer.value });
    };
    void open();
    return () => {
      isGone = true;
      void close();
    };
  }, [sha256, sizeBytes, onFailed]);

  if (pdf.status === 'loading') return <Opening />;
  if (pdf.status === 'failed') {
    return (
      <Box p="md">
        <FailureNotice code={pdf.failure.code} />
      </Box>
    );
  }
  const marks = opened.fields.flatMap((field) => markOf(field, intent));
  return (
    <PdfViewer pdf={pdf.value} onFailed={onFailed} onSeen={onSeen} marks={marks} turn={turn} />
  );
}

const labels: Readonly<Record<SigningIntent, Readonly<Record<string, string>>>> = {
  leader: { ky_ca_nhan: t('signing.place.leader') },
  seal: {
    so: t('signing.place.number'),
    ngay: t('signing.place.date'),
    thang: t('signing.places.month'),
    ky_co_quan: t('signing.place.seal'),
  },
  // Their corner is made with the signature: no field waits for it.
  copy: {},
  appendix: {},
};

/** A frame for what this act writes; what was written before is seen on the page itself. */
function markOf(
  { name, isFilled, page, box }: PreparedField,
  intent: SigningIntent,
): readonly PageMark[] {
  const label = labels[intent][name];
  return label === undefined || isFilled ? [] : [{ page: page + 1, box, label }];
}
