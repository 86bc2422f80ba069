/** The worker half of pdf.js, which ships without types; it is only handed to the other half. */
declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs' {
  const WorkerMessageHandler: unknown;
  export { WorkerMessageHandler };
}
