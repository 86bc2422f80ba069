export { ConflictCount } from './components/ConflictCount';
export { ConflictsPage } from './pages/ConflictsPage';
export { conflictFieldName, conflictValueText } from './field-text';
export { DocumentConflicts } from './components/DocumentConflicts';
