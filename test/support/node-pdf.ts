import '../../src/main/workers/node-20';
import type { PDFDocumentProxy } from 'pdfjs-dist';
import { onTestFinished } from 'vitest';

/** A PDF in pdf.js as the viewer opens it, in Node: everything but drawing. */
export async function openInNode(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  const { getDocument, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const task = getDocument({ data: bytes.slice(), verbosity: VerbosityLevel.ERRORS });
  onTestFinished(() => task.destroy());
  return task.promise;
}
