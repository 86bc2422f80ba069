import '../../src/main/workers/node-20';
import { fileURLToPath } from 'node:url';
import { AnnotationMode, getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { DrawnDocument } from '../../src/shared/pades/visual/compare-documents';
import type { PageRaster } from '../../src/shared/pades/visual/compare-rasters';
import { DRAWING_SCALE } from '../../src/shared/pades/visual/drawing-budget';

const pdfjs = fileURLToPath(new URL('../../node_modules/pdfjs-dist/', import.meta.url));

/** A PDF that can be drawn in Node, by pdf.js over its own canvas; `drawBare` leaves annotations and fields out. */
export interface NodeDrawnDocument extends DrawnDocument {
  readonly drawBare: (page: number) => Promise<PageRaster>;
  readonly close: () => Promise<void>;
}

/** The part of pdf.js's own canvas factory that is used here. */
interface CanvasFactory {
  readonly create: (
    width: number,
    height: number,
  ) => {
    readonly canvas: never;
    readonly context: {
      readonly getImageData: (x: number, y: number, w: number, h: number) => PageRaster;
    };
  };
}

export async function drawnPdf(bytes: Uint8Array): Promise<NodeDrawnDocument> {
  const task = getDocument({
    data: bytes.slice(),
    cMapUrl: `${pdfjs}cmaps/`,
    standardFontDataUrl: `${pdfjs}standard_fonts/`,
    wasmUrl: `${pdfjs}wasm/`,
    verbosity: VerbosityLevel.ERRORS,
  });
  const document = await task.promise;
  const factory = document.canvasFactory as CanvasFactory;
  const draw = async (number: number, annotationMode: number): Promise<PageRaster> => {
    const page = await document.getPage(number);
    const viewport = page.getViewport({ scale: DRAWING_SCALE });
    const width = Math.floor(viewport.width);
    const height = Math.floor(viewport.height);
    const { canvas, context } = factory.create(width, height);
    await page.render({ canvas, viewport, annotationMode }).promise;
    return context.getImageData(0, 0, width, height);
  };
  return {
    pageCount: document.numPages,
    sizeOf: async (number) => {
      const { width, height } = (await document.getPage(number)).getViewport({ scale: 1 });
      return { width, height };
    },
    draw: (number) => draw(number, AnnotationMode.ENABLE),
    drawBare: (number) => draw(number, AnnotationMode.DISABLE),
    close: () => task.destroy(),
  };
}
