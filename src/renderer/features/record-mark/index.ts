export { RecordMark } from './RecordMark';
