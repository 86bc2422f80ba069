export { BatchEntryPage } from './pages/BatchEntryPage';
