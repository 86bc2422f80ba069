import './node-20';
import { getDocument, Util, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import * as pdfjsWorker from 'pdfjs-dist/legacy/build/pdf.worker.mjs';
import type { PageViewport } from 'pdfjs-dist';
import type { TextPage, TextPiece } from '@shared/pades/text-lines';
import type { PdfText, ReadTextRequest } from '../features/files/pdf-text';

// pdf.js looks here before it tries to start a worker of its own; we are one already.
(globalThis as { pdfjsWorker?: unknown }).pdfjsWorker = pdfjsWorker;

/** Text of the first pages, from the text layer alone; nothing is drawn and no script runs. */
export async function readText({ bytes, pages }: ReadTextRequest): Promise<PdfText> {
  try {
    const document = await getDocument({
      data: bytes,
      disableFontFace: true,
      useSystemFonts: false,
      stopAtErrors: false,
      verbosity: VerbosityLevel.ERRORS,
    }).promise;
    const lines: string[] = [];
    const layout: TextPage[] = [];
    for (let number = 1; number <= Math.min(pages, document.numPages); number++) {
      const page = await document.getPage(number);
      const content = await page.getTextContent();
      const items = content.items.flatMap((item) => ('str' in item ? [item] : []));
      const viewport = page.getViewport({ scale: 1 });
      lines.push(...joinLines(items));
      const { width, height } = viewport;
      layout.push({ width, height, pieces: items.flatMap((item) => pieceOf(item, viewport)) });
    }
    return { status: 'read', pageCount: document.numPages, lines, layout };
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    return { status: name === 'PasswordException' ? 'encrypted' : 'broken' };
  }
}

interface TextItem {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly hasEOL: boolean;
}

/** Text that stands upright on the page as it is seen; slanted and turned text has no place there. */
function pieceOf(item: TextItem, viewport: PageViewport): readonly TextPiece[] {
  const { transform, scale, userUnit, height } = viewport;
  const [a = 0, b = 0, c = 0, d = 0, left = 0, down = 0]: readonly number[] = Util.transform(
    [...transform],
    [...item.transform],
  );
  // The viewport counts downwards, so that upright type grows against it.
  if (a <= 0 || Math.abs(b) > a * 0.02 || d >= 0) return [];
  const right = left + item.width * scale * userUnit;
  return [{ text: item.str, left, right, baseline: height - down, size: Math.hypot(c, d) }];
}

/** Pieces on one height make a line; pdf.js gives them in reading order. */
function joinLines(items: readonly TextItem[]): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let height: number | undefined;
  for (const item of items) {
    const y = item.transform[5] ?? 0;
    if (height !== undefined && Math.abs(y - height) > 2 && line !== '') {
      lines.push(line);
      line = '';
    }
    line += item.str;
    height = y;
    if (item.hasEOL) {
      lines.push(line);
      line = '';
      height = undefined;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}
