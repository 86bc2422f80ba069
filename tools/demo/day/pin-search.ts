import { findMarker } from '../../../test/e2e/support/find-marker';
import type { Day } from './day';

/** After the whole day neither PIN stands in any file of the PCs, of the server or of the evidence (K-10, T-8). */
export async function findPins(
  { evidence, clerkA, leaderA, clerkB, tokens }: Day,
  others: readonly string[],
): Promise<readonly string[]> {
  if (!tokens) return [];
  const folders = [clerkA.folder, leaderA.folder, clerkB.folder, ...others, evidence.folder];
  return evidence.step('the PINs are searched for in everything that was written', async () =>
    [tokens.leader.pin, tokens.clerk.pin].flatMap((pin) =>
      folders.flatMap((folder) => findMarker(folder, pin)),
    ),
  );
}
