import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { PageMark } from './components/PdfPage';

/** Frames around the fields of these names, on whatever pages they lie. */
export async function markFields(
  document: PDFDocumentProxy,
  fields: readonly string[],
  label: (field: string) => string,
): Promise<readonly PageMark[]> {
  if (fields.length === 0) return [];
  const marks: PageMark[] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const viewport = page.getViewport({ scale: 1 });
    for (const { fieldName, rect } of await page.getAnnotations()) {
      if (!fields.includes(fieldName)) continue;
      const [left, bottom, right, top] = rect as Corners;
      const [x1, y1] = viewport.convertToViewportPoint(left, bottom) as unknown as Point;
      const [x2, y2] = viewport.convertToViewportPoint(right, top) as unknown as Point;
      marks.push({
        page: number,
        label: label(fieldName),
        box: {
          left: Math.min(x1, x2) / viewport.width,
          top: Math.min(y1, y2) / viewport.height,
          width: Math.abs(x2 - x1) / viewport.width,
          height: Math.abs(y2 - y1) / viewport.height,
        },
      });
    }
  }
  return marks;
}

type Point = readonly [number, number];
type Corners = readonly [number, number, number, number];
