export { StatusLine } from './components/StatusLine';
export { SyncPage } from './pages/SyncPage';
