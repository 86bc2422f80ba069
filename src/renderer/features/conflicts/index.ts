export { ConflictCount } from './components/ConflictCount';
export { ConflictsPage } from './pages/ConflictsPage';
export { DocumentConflicts } from './components/DocumentConflicts';
