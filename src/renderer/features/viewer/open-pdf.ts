import type { PDFDocumentProxy } from 'pdfjs-dist';
// oxlint-disable-next-line import/default -- Vite makes the address
import workerUrl from 'pdfjs-dist/build/pdf.worker.mjs?url';
import type { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';

/** Width and height of a page at 100 %, CSS pixels. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

export interface OpenPdf {
  readonly document: PDFDocumentProxy;
  readonly firstPage: PageSize;
  readonly close: () => Promise<void>;
}

/** CSS pixels of a PDF point at 100 %. */
export const PIXELS_PER_POINT = 96 / 72;

/** Bytes that pdf.js asks for at a time. */
const RANGE_BYTES = 256 * 1024;

/** Our own copies beside the page (electron.vite.config.ts); nothing is ever fetched from elsewhere. */
const ownFolder = (name: string): string => new URL(`pdfjs/${name}/`, document.baseURI).href;

/**
 * Opens a PDF that lies in the content store, reading only the parts that are shown. Scripts and forms in it are never
 * run: pdf.js does so only in its own viewer, and its script engine is not shipped.
 *
 * @param onLost told when a later part could not be read, for example after somebody else signed in
 */
export async function openPdf(
  sha256: FileHash,
  sizeBytes: number,
  onLost: () => void,
): Promise<Result<OpenPdf>> {
  const { getDocument, PDFDataRangeTransport, PDFWorker, VerbosityLevel } =
    await import('pdfjs-dist');
  const port = new Worker(workerUrl, { type: 'module' });
  const worker = PDFWorker.create({ port });
  const range = new PDFDataRangeTransport(sizeBytes, null);
  range.requestDataRange = (begin, end) => {
    readRange(sha256, begin, end).then(
      (bytes) => range.onDataRange(begin, bytes),
      () => onLost(),
    );
  };
  const task = getDocument({
    range,
    worker,
    rangeChunkSize: RANGE_BYTES,
    disableAutoFetch: true,
    disableStream: true,
    enableXfa: false,
    verbosity: VerbosityLevel.ERRORS,
    // The page fetches for the worker: a worker knows no `app:` addresses in pdf.js's eyes.
    useWorkerFetch: false,
    cMapUrl: ownFolder('cmaps'),
    standardFontDataUrl: ownFolder('standard_fonts'),
    wasmUrl: ownFolder('wasm'),
  });
  const close = async () => {
    await task.destroy();
    port.terminate();
  };
  const lost = new Promise<never>((_resolve, reject) => {
    port.addEventListener('error', () => reject(new Error('the PDF worker did not start')));
  });
  try {
    const opened = await Promise.race([task.promise, lost]);
    const page = await opened.getPage(1);
    const { width, height } = page.getViewport({ scale: PIXELS_PER_POINT });
    return ok({ document: opened, firstPage: { width, height }, close });
  } catch (cause) {
    await close().catch(() => undefined);
    const isLocked = cause instanceof Error && cause.name === 'PasswordException';
    return err({ code: isLocked ? 'pdf.encrypted' : 'pdf.broken' });
  }
}

/** Bytes of a file in the store, `end` exclusive; main answers at most 4 MiB at a time. */
async function readRange(sha256: FileHash, begin: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - begin);
  let at = begin;
  while (at < end) {
    const answer = await fetch(`content/${sha256}`, {
      headers: { range: `bytes=${at}-${end - 1}` },
    });
    const part = new Uint8Array(await answer.arrayBuffer());
    if (answer.status !== 206 || part.length === 0) throw new Error('a range was not answered');
    bytes.set(part.subarray(0, end - at), at - begin);
    at += part.length;
  }
  return bytes;
}
