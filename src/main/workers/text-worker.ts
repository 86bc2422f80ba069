import { parentPort, workerData } from 'node:worker_threads';
import type { ReadTextRequest } from '../features/files/pdf-text';
import { readText } from './read-text';

void readText(workerData as ReadTextRequest).then((text) => parentPort?.postMessage(text));
