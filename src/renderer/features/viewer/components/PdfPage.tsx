import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useRef } from 'react';
import { t } from '@shared/i18n/translate';
import { PIXELS_PER_POINT, type PageSize } from '../open-pdf';
import { MarkFrame } from './MarkFrame';

/** Pixels that one page may take, so that a large page at a high zoom does not eat the memory of an old PC. */
const MOST_PIXELS = 16_000_000;

interface PdfPageProps {
  readonly document: PDFDocumentProxy;
  /** From 1. */
  readonly number: number;
  readonly size: PageSize;
  /** 1 is 100 %. */
  readonly zoom: number;
  /** The page's own size at 100 %, once it is read. */
  readonly onSize: (number: number, size: PageSize) => void;
  /** The page can be seen now. */
  readonly onDrawn: (number: number) => void;
  readonly onFailed: () => void;
  readonly marks: readonly PageMark[];
}

/** A frame upon a page, such as the place of a signature that is still to be made. */
export interface PageMark {
  /** From 1. */
  readonly page: number;
  /** Parts of the page's width and height, 0–1, from the top left corner. */
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly label: string;
  /** Given when the frame may be moved, by drag and by the arrow keys; told where its top left corner goes. */
  readonly onMove?: (corner: { readonly left: number; readonly top: number }) => void;
}

/** One page, drawn while it is near the view. */
export function PdfPage({
  document,
  number,
  size,
  zoom,
  onSize,
  onDrawn,
  onFailed,
  marks,
}: PdfPageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const target = canvas.current;
    let isGone = false;
    let stop = () => undefined as void;
    const draw = async () => {
      const page = await document.getPage(number);
      if (isGone || !target) return;
      const full = page.getViewport({ scale: PIXELS_PER_POINT });
      onSize(number, { width: full.width, height: full.height });
      const wanted = zoom * window.devicePixelRatio;
      const most = Math.sqrt(MOST_PIXELS / (full.width * full.height));
      const viewport = page.getViewport({ scale: PIXELS_PER_POINT * Math.min(wanted, most) });
      target.width = Math.floor(viewport.width);
      target.height = Math.floor(viewport.height);
      const task = page.render({ canvas: target, viewport });
      stop = () => task.cancel();
      await task.promise;
      target.dataset['drawn'] = 'true';
      onDrawn(number);
    };
    draw().catch(() => {
      if (!isGone) onFailed();
    });
    return () => {
      isGone = true;
      stop();
    };
  }, [document, number, zoom, onSize, onDrawn, onFailed]);

  return (
    <div
      style={{
        position: 'relative',
        width: size.width * zoom,
        height: size.height * zoom,
        margin: '0 auto',
      }}
    >
      <canvas
        ref={canvas}
        role="img"
        aria-label={t('viewer.pageNumber', { number })}
        data-page={number}
        style={{
          display: 'block',
          width: '100%',
          height: '100%',
          background: 'var(--mantine-color-white)',
          boxShadow: 'var(--mantine-shadow-sm)',
        }}
      />
      {marks.map((mark) => (
        <MarkFrame key={mark.label} mark={mark} pageWidth={size.width} pageHeight={size.height} />
      ))}
    </div>
  );
}
