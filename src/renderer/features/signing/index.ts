export { printPlan, type PrintPlan, type PrintWay } from './print-plan';
export { changesInWords, placeName } from './changed-places';
export { SignaturePanel } from './components/SignaturePanel';
export { useBeginSigning } from './hooks/use-begin-signing';
