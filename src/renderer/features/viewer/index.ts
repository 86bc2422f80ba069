export { FileViewer } from './pages/FileViewer';
export { CopyNotice } from './components/CopyNotice';
export { useSaveCopy } from './hooks/use-save-copy';
