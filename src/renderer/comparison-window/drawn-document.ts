import type { FileHash } from '@shared/kernel/ids';
import type { DrawnDocument } from '@shared/pades/visual/compare-documents';
import type { PageRaster } from '@shared/pades/visual/compare-rasters';
import { DRAWING_SCALE } from '@shared/pades/visual/drawing-budget';
import { openPdf } from '../features/viewer/open-pdf';

export interface WindowDocument extends DrawnDocument {
  /** Without annotations and fields. */
  readonly drawBare: (page: number) => Promise<PageRaster>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the first bytes of a file in the store: all of it, or it as it was signed (V-15).
 *
 * @throws when it cannot be read as a PDF
 */
export async function openDrawn(sha256: FileHash, length: number): Promise<WindowDocument> {
  let isLost = false;
  const opened = await openPdf(sha256, length, () => (isLost = true));
  if (!opened.ok) throw new Error(opened.error.code);
  const { document: pdf, close } = opened.value;
  const draw = async (number: number, annotationMode: number): Promise<PageRaster> => {
    const page = await pdf.getPage(number);
    const viewport = page.getViewport({ scale: DRAWING_SCALE });
    const canvas = document.createElement('canvas');
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    // In memory, not on the graphics card: the same drawing must give the same pixels twice.
    const context = canvas.getContext('2d', { willReadFrequently: true });
    await page.render({ canvas, viewport, annotationMode }).promise;
    page.cleanup();
    if (isLost || !context) throw new Error('a part of the file could not be read');
    return context.getImageData(0, 0, canvas.width, canvas.height);
  };
  const { AnnotationMode } = await import('pdfjs-dist');
  return {
    pageCount: pdf.numPages,
    sizeOf: async (number) => {
      const { width, height } = (await pdf.getPage(number)).getViewport({ scale: 1 });
      return { width, height };
    },
    draw: (number) => draw(number, AnnotationMode.ENABLE),
    drawBare: (number) => draw(number, AnnotationMode.DISABLE),
    close,
  };
}
