export { BackupSection } from './components/BackupSection';
export { RestorePage } from './pages/RestorePage';
