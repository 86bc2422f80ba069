import type { ComparisonBridge } from '@shared/ipc/comparison-contract';
import { compareFile } from './comparison-window/compare-file';

// Nothing is shown here: a hidden window gets no frames, and pdf.js would wait for one before each stroke.
window.requestAnimationFrame = (draw) => {
  void Promise.resolve().then(() => draw(performance.now()));
  return 0;
};

async function work(bridge: ComparisonBridge): Promise<void> {
  const job = await bridge.call('comparison.take', undefined);
  if (!job.ok) return;
  const report = await compareFile(job.value).catch(
    () => ({ changes: [], covering: [], stoppedBy: 'unreadable' }) as const,
  );
  await bridge.call('comparison.finish', report);
}

void work(window.comparison);
