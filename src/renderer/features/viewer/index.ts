export { FileViewer } from './pages/FileViewer';
export { CopyNotice } from './components/CopyNotice';
export { PdfViewer } from './components/PdfViewer';
export type { PageMark } from './components/PdfPage';
export { PrintPdf } from './components/PrintPdf';
export { openPdf, type OpenPdf } from './open-pdf';
export { useSaveCopy } from './hooks/use-save-copy';
