import { join } from 'node:path';
import { z } from 'zod';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import type { HubAddress } from '@shared/relay/hub-code';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import type { Box } from '../../platform/keyring';

const HubFile = z.object({
  version: z.literal(1),
  hub: z.object({ address: z.string(), fingerprint: z.string() }).nullable(),
});

/** Which hub this workstation meets, in `hub.bin`. */
export function createHubSettings(folder: string, box: Box) {
  const path = join(folder, 'hub.bin');
  return {
    /** Undefined also for a file of another machine: the code is entered anew there. */
    read: async (): Promise<HubAddress | undefined> => {
      const sealed = await readIfThere(path);
      const opened = sealed && box.open(sealed);
      const parsed = opened && HubFile.safeParse(JSON.parse(fromUtf8(opened)));
      return parsed?.data?.hub ?? undefined;
    },
    write: (hub: HubAddress | undefined): Promise<void> => {
      const file: z.infer<typeof HubFile> = { version: 1, hub: hub ?? null };
      return writeDurably(path, box.seal(utf8(JSON.stringify(file))));
    },
  };
}

export type HubSettings = ReturnType<typeof createHubSettings>;
