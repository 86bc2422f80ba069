export { SignaturePanel } from './components/SignaturePanel';
export { useBeginSigning } from './hooks/use-begin-signing';
