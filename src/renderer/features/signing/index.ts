export { printPlan, type PrintPlan, type PrintWay } from './print-plan';
export { changesInWords, placeName } from './changed-places';
export { FileVerdict } from './components/FileVerdict';
export { SignaturePanel } from './components/SignaturePanel';
export { findingInWords } from './finding-in-words';
export { useBeginSigning } from './hooks/use-begin-signing';
