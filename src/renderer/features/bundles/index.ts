export { MakeBundle } from './components/MakeBundle';
export { TakeBundle } from './components/TakeBundle';
