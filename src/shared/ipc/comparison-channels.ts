/** What the hidden window that draws pages may ask, and nothing else. */
export const comparisonChannels = ['comparison.take', 'comparison.finish'] as const;
export type ComparisonChannel = (typeof comparisonChannels)[number];
