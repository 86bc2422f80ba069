import type { PDFDocumentProxy } from 'pdfjs-dist';

/** Leaves the pictures of these fields out of what is drawn for paper; drawing for the screen is not touched. */
export async function leaveOut(
  document: PDFDocumentProxy,
  fields: readonly string[],
): Promise<void> {
  if (fields.length === 0) return;
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    for (const { id, fieldName } of await page.getAnnotations()) {
      if (fields.includes(fieldName)) document.annotationStorage.setValue(id, { noPrint: true });
    }
  }
}
