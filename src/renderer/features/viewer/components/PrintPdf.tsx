import { Group, Loader, Modal, Text } from '@mantine/core';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useState, type ReactNode } from 'react';
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
  /** Stands below the end of the document: on its last page where there is room, else on a sheet of its own. */
  readonly end?: ReactNode;
  readonly onClose: () => void;
}

/** A PDF on paper: its pages as pictures, each marked where a seal is seen (corrections.md 9). */
export function PrintPdf({ sha256, title, plan, end, onClose }: PrintPdfProps) {
  const { pdf, onFailed } = usePdf(sha256);
  const [pages, setPages] = useState<readonly PagePicture[]>();
  const document = pdf.status === 'ready' ? pdf.value.document : undefined;
  useEffect(() => {
    if (!document) return undefined;
    let isGone = false;
    const made: PagePicture[] = [];
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
      for (const { url } of made) URL.revokeObjectURL(url);
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
      <PrintedPages pages={pages} isMarked={plan.isMarked} end={end} />
    </PrintDialog>
  );
}

interface PagePicture {
  /** Address of the picture. */
  readonly url: string;
  /** Where the last ink of the page ends, in parts of its height from the top. */
  readonly inkEnds: number;
}

interface PrintedPagesProps {
  readonly pages: readonly PagePicture[];
  readonly isMarked: boolean;
  readonly end?: ReactNode;
}

export function PrintedPages({ pages, isMarked, end }: PrintedPagesProps) {
  const last = pages.at(-1);
  const hasRoom = last !== undefined && last.inkEnds <= MOST_INK;
  return (
    <>
      {pages.map((page, index) => (
        <div key={page.url} className="print-page">
          <img src={page.url} alt={t('viewer.pageNumber', { number: index + 1 })} />
          {isMarked ? <div className="print-mark">{t('viewer.print.mark')}</div> : null}
          {end && hasRoom && page === last ? (
            <div className="print-end" style={{ top: `${(page.inkEnds + END_GAP) * 100}%` }}>
              {end}
            </div>
          ) : null}
        </div>
      ))}
      {end && !hasRoom ? <div className="print-page">{end}</div> : null}
    </>
  );
}

/** Parts of a page's height: the block of a copy takes a third of a sheet. */
const MOST_INK = 0.62;
const END_GAP = 0.015;

async function pictureOf(document: PDFDocumentProxy, number: number): Promise<PagePicture> {
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
  return { url: URL.createObjectURL(picture), inkEnds: inkEndsIn(canvas) };
}

/** Rows are looked at from below; a scan has grey specks, which are no ink. */
function inkEndsIn(canvas: HTMLCanvasElement): number {
  const { width, height } = canvas;
  const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data;
  if (!pixels) return 1;
  for (let row = height - 1; row >= 0; row--) {
    for (let at = row * width * 4; at < (row + 1) * width * 4; at += 8)
      if ((pixels[at + 1] ?? 255) < INK) return (row + 1) / height;
  }
  return 0;
}

/** Green is dark in black, blue and red ink alike. */
const INK = 160;
