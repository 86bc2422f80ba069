import type { JsonObject } from '@shared/kernel/canonical-json';
import type { RecordChange } from '@shared/sync/acts/act';
import { inTransaction } from '../../sync-server/src/db/transaction';
import { intakeTransaction } from '../../sync-server/src/features/sync/postgres-intake-store';
import { putRecords } from '../../sync-server/src/features/sync/put-records';
import type { SeededOffice } from '../../test/support/builders';
import { incomingRecords } from '../../test/support/office-sample';
import type { TestServer } from '../../test/support/test-server';

const PUT_AT_ONCE = 1000;

/** Puts papers into an office's feed by the server's own code; `change` makes other contents of the same ones. */
export async function fillServer(
  server: Pick<TestServer, 'db'>,
  { office, organ, register, clerk }: SeededOffice,
  documents: number,
  change: JsonObject = {},
): Promise<void> {
  const changes = incomingRecords(documents).map((record): RecordChange => ({
    ...record,
    content: {
      ...record.content,
      ...change,
      organId: organ.id,
      registerId: register.id,
      registeredBy: clerk.id,
    },
  }));
  for (let start = 0; start < changes.length; start += PUT_AT_ONCE) {
    await inTransaction(server.db(), (tx) =>
      putRecords(intakeTransaction(tx), {
        officeId: office.id,
        changes: changes.slice(start, start + PUT_AT_ONCE),
      }),
    );
  }
}
