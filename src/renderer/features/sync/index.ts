export { UnsentOfFork } from './components/UnsentOfFork';
export { SignOutDialog } from './components/SignOutDialog';
export { StatusLine } from './components/StatusLine';
export { SyncPage } from './pages/SyncPage';
