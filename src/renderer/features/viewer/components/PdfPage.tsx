import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useRef } from 'react';
import { t } from '@shared/i18n/translate';
import { PIXELS_PER_POINT, type PageSize } from '../open-pdf';

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
  readonly onFailed: () => void;
}

/** One page, drawn while it is near the view. */
export function PdfPage({ document, number, size, zoom, onSize, onFailed }: PdfPageProps) {
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
    };
    draw().catch(() => {
      if (!isGone) onFailed();
    });
    return () => {
      isGone = true;
      stop();
    };
  }, [document, number, zoom, onSize, onFailed]);

  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={t('viewer.pageNumber', { number })}
      data-page={number}
      style={{
        display: 'block',
        width: size.width * zoom,
        height: size.height * zoom,
        margin: '0 auto',
        background: 'var(--mantine-color-white)',
        boxShadow: 'var(--mantine-shadow-sm)',
      }}
    />
  );
}
