export { changesInWords, isEarlierRevision, placeName } from './changed-places';
export { SignaturePanel } from './components/SignaturePanel';
export { useBeginSigning } from './hooks/use-begin-signing';
