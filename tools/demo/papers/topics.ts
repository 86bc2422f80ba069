import { economyTopics } from './topics-economy';
import { orderTopics } from './topics-order';
import { societyTopics } from './topics-society';
import type { Topic } from './topic';

/** Every matter that the demo's papers are about. */
export const topics: readonly Topic[] = [...economyTopics, ...societyTopics, ...orderTopics];
