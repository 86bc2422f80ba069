import './node-20';
import { parentPort, workerData } from 'node:worker_threads';
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import * as pdfjsWorker from 'pdfjs-dist/legacy/build/pdf.worker.mjs';
import type { PdfText, ReadTextRequest } from '../features/files/pdf-text';

// pdf.js looks here before it tries to start a worker of its own; we are one already.
(globalThis as { pdfjsWorker?: unknown }).pdfjsWorker = pdfjsWorker;

void answer(workerData as ReadTextRequest);

async function answer({ bytes, pages }: ReadTextRequest): Promise<void> {
  parentPort?.postMessage(await readText(bytes, pages));
}

/** Text lines of the first pages, from the text layer alone; nothing is drawn and no script runs. */
async function readText(bytes: Uint8Array, pages: number): Promise<PdfText> {
  try {
    const document = await getDocument({
      data: bytes,
      disableFontFace: true,
      useSystemFonts: false,
      stopAtErrors: false,
      verbosity: VerbosityLevel.ERRORS,
    }).promise;
    const lines: string[] = [];
    for (let number = 1; number <= Math.min(pages, document.numPages); number++) {
      const content = await (await document.getPage(number)).getTextContent();
      lines.push(...joinLines(content.items.flatMap((item) => ('str' in item ? [item] : []))));
    }
    return { status: 'read', pageCount: document.numPages, lines };
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    return { status: name === 'PasswordException' ? 'encrypted' : 'broken' };
  }
}

interface TextItem {
  readonly str: string;
  readonly transform: readonly number[];
  readonly hasEOL: boolean;
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
