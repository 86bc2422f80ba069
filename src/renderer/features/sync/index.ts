export { UnsentOfFork } from './components/UnsentOfFork';
export { StatusLine } from './components/StatusLine';
export { SyncPage } from './pages/SyncPage';
