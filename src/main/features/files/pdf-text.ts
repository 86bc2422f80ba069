import { Worker } from 'node:worker_threads';
import type { TextPage } from '@shared/pades/text-lines';

export interface ReadTextRequest {
  readonly bytes: Uint8Array;
  /** How many pages from the first. */
  readonly pages: number;
}

export type PdfText =
  | {
      readonly status: 'read';
      readonly pageCount: number;
      readonly lines: readonly string[];
      /** The same text with its places. */
      readonly layout: readonly TextPage[];
    }
  | { readonly status: 'encrypted' | 'broken' | 'tooSlow' };

/** Reads the text layer of the first pages of a PDF, in memory. */
export type ReadPdfText = (request: ReadTextRequest) => Promise<PdfText>;

const LIMIT_MS = 15_000;
const MEMORY_MB = 512;

/** Runs pdf.js in a worker of its own with limits: a crafted file must not stop the window. */
export function createReadPdfText(workerPath: string, limitMs = LIMIT_MS): ReadPdfText {
  return (request) =>
    new Promise((resolve) => {
      const worker = new Worker(workerPath, {
        workerData: request,
        resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
        stdout: true,
        stderr: true,
      });
      const done = (text: PdfText): void => {
        clearTimeout(timer);
        resolve(text);
        void worker.terminate();
      };
      const timer = setTimeout(() => done({ status: 'tooSlow' }), limitMs);
      worker.once('message', (text: PdfText) => done(text));
      worker.once('error', () => done({ status: 'broken' }));
    });
}
