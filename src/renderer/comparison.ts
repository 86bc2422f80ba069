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
  await bridge.call('comparison.finish', await compareFile(job.value));
}

void work(window.comparison);
