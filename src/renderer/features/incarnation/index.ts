export { EnrolAgain } from './components/EnrolAgain';
export { UnreceivedWork } from './components/UnreceivedWork';
