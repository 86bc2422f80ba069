import { Group, Loader, Modal, Text } from '@mantine/core';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useState } from 'react';
import { t } from '@shared/i18n/translate';
import type { FileHash } from '@shared/kernel/ids';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PrintDialog } from '../../../ui/PrintDialog';
import type { PrintPlan } from '../../signing';
import { usePdf } from '../hooks/use-pdf';
import { leaveOut } from '../leave-out';

/** Dots of a printed page for each PDF point: 200 to the inch. */
const PRINT_SCALE = 200 / 72;

interface PrintPdfProps {
  readonly sha256: FileHash;
  readonly title: string;
  readonly plan: PrintPlan;
  readonly onClose: () => void;
}

/** A PDF on paper: its pages as pictures, each marked where a seal is seen (corrections.md 9). */
export function PrintPdf({ sha256, title, plan, onClose }: PrintPdfProps) {
  const { pdf, onFailed } = usePdf(sha256);
  const [pages, setPages] = useState<readonly string[]>();
  const document = pdf.status === 'ready' ? pdf.value.document : undefined;
  useEffect(() => {
    if (!document) return undefined;
    let isGone = false;
    const made: string[] = [];
    const draw = async () => {
      await leaveOut(document, plan.leftOut);
      for (let number = 1; number <= document.numPages; number++) {
        if (isGone) return;
        made.push(await pictureOf(document, number));
      }
      if (!isGone) setPages(made);
    };
    draw().catch(() => {
      if (!isGone) onFailed();
    });
    return () => {
      isGone = true;
      for (const url of made) URL.revokeObjectURL(url);
    };
  }, [document, plan, onFailed]);

  if (!pages || pdf.status === 'failed') {
    return (
      <Modal opened onClose={onClose} title={title} centered>
        {pdf.status === 'failed' ? (
          <FailureNotice code={pdf.failure.code} />
        ) : (
          <Group gap="sm" role="status">
            <Loader size="sm" />
            <Text>{t('viewer.print.preparing')}</Text>
          </Group>
        )}
      </Modal>
    );
  }
  return (
    <PrintDialog title={title} paper="bare" onClose={onClose}>
      <PrintedPages pages={pages} isMarked={plan.isMarked} />
    </PrintDialog>
  );
}

interface PrintedPagesProps {
  /** Addresses of their pictures. */
  readonly pages: readonly string[];
  readonly isMarked: boolean;
}

export function PrintedPages({ pages, isMarked }: PrintedPagesProps) {
  return pages.map((url, index) => (
    <div key={url} className="print-page">
      <img src={url} alt={t('viewer.pageNumber', { number: index + 1 })} />
      {isMarked ? <div className="print-mark">{t('viewer.print.mark')}</div> : null}
    </div>
  ));
}

async function pictureOf(document: PDFDocumentProxy, number: number): Promise<string> {
  const { AnnotationMode } = await import('pdfjs-dist');
  const page = await document.getPage(number);
  const viewport = page.getViewport({ scale: PRINT_SCALE });
  const canvas = window.document.createElement('canvas');
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await page.render({
    canvas,
    viewport,
    intent: 'print',
    annotationMode: AnnotationMode.ENABLE_STORAGE,
  }).promise;
  const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  if (!picture) throw new Error('a page gave no picture');
  return URL.createObjectURL(picture);
}
