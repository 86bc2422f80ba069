export { DocumentDossier } from './components/DocumentDossier';
export { DossierPage } from './pages/DossierPage';
export { DossiersPage } from './pages/DossiersPage';
export { SealDocument } from './components/SealDocument';
