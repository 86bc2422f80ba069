import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { PreparedField } from '@shared/domain/signing/prepared-field';
import { t } from '@shared/i18n/translate';
import type { Output } from '@shared/ipc/contract';
import type { Failure } from '@shared/kernel/result';
import { FailureNotice } from '../../../ui/FailureNotice';
import { openPdf, PdfViewer, type OpenPdf, type PageMark } from '../../viewer';

interface PlacesDialogProps {
  readonly prepared: Output<'signing.prepareFields'>;
  readonly onClose: () => void;
  readonly onKeep: (moved: readonly PreparedField[]) => void;
}

/** The pages with the frames of number, date and signature, which may be moved; the seal follows the signature (S-13). */
export function PlacesDialog({ prepared, onClose, onKeep }: PlacesDialogProps) {
  const { sha256, sizeBytes } = prepared.file;
  const [fields, setFields] = useState(prepared.fields);
  const [pdf, setPdf] = useState<OpenPdf>();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    let isGone = false;
    let close = async () => undefined as void;
    const open = async () => {
      const answer = await openPdf(sha256, sizeBytes, () => setFailure({ code: 'pdf.broken' }));
      if (!answer.ok) return setFailure(answer.error);
      if (isGone) return answer.value.close();
      close = answer.value.close;
      setPdf(answer.value);
    };
    void open();
    return () => {
      isGone = true;
      void close();
    };
  }, [sha256, sizeBytes]);
  const marks = fields.flatMap((field): readonly PageMark[] => {
    const label = labels[field.name];
    if (label === undefined) return [];
    const onMove: PageMark['onMove'] = (corner) =>
      setFields((now) =>
        now.map((one) =>
          one.name === field.name ? { ...one, box: { ...one.box, ...corner } } : one,
        ),
      );
    return [{ page: field.page + 1, box: field.box, label, onMove }];
  });
  return (
    <Modal opened onClose={onClose} title={t('signing.places.title')} size="90%">
      <Text size="sm">{t('signing.places.hint')}</Text>
      <Stack h="60vh" my="xs" gap={0}>
        {failure ? <FailureNotice code={failure.code} /> : null}
        {pdf ? (
          <PdfViewer pdf={pdf} marks={marks} onFailed={() => setFailure({ code: 'pdf.broken' })} />
        ) : failure ? null : (
          <Loader size="sm" />
        )}
      </Stack>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button onClick={() => onKeep(fields)}>{t('signing.places.keep')}</Button>
      </Group>
    </Modal>
  );
}

const labels: Readonly<Record<string, string>> = {
  so: t('signing.place.number'),
  ngay: t('signing.place.date'),
  thang: t('signing.places.month'),
  ky_ca_nhan: t('signing.place.leader'),
};
