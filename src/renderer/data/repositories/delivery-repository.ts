import { combineLatest, map, throttleTime, type Observable } from 'rxjs';
import type { Delivery } from '@shared/domain/document/delivery';
import type { HeldRow } from '../collections/held-row';
import type { LocalDatabase } from '../database';
import { readText } from '../read-view';
import { dataOf, LIST_REFRESH_MS } from './document-list';

/** A document of another office as this machine holds it. */
export interface DeliveryRow {
  readonly id: string;
  /** Revision on the server. */
  readonly rev: number;
  readonly delivery: Delivery;
}

/** What other offices sent here; the rows lie with the documents, whose lists they are read like. */
export function createDeliveryRepository({ documents }: LocalDatabase) {
  /** Deliveries that a registration on this machine names, while the server has not answered it. */
  const registering = documents
    .find({ selector: { type: 'incomingDocument', state: 'moiDen' } })
    .$.pipe(map((found) => new Set(found.map(({ view }) => readText(view, 'deliveryId')))));

  /** Waiting for the clerk, the newest first; not what is on its way into the book already. */
  const watchNew = (): Observable<readonly DeliveryRow[]> => {
    const arrived = documents.find({
      selector: { type: 'delivery', state: 'moiDen' },
      sort: [{ type: 'asc' }, { state: 'asc' }, { newestKey: 'asc' }],
    }).$;
    return combineLatest([arrived, registering]).pipe(
      throttleTime(LIST_REFRESH_MS, undefined, { leading: true, trailing: true }),
      map(([rows, taken]) =>
        rows.filter(({ id }) => !taken.has(id)).map((row) => deliveryRowFrom(dataOf(row))),
      ),
    );
  };

  return {
    watchNew,
    watchNewCount: (): Observable<number> => watchNew().pipe(map(({ length }) => length)),

    /** Deliveries by id, whatever became of them. */
    watchRows: (ids: readonly string[]): Observable<readonly DeliveryRow[]> =>
      documents
        .findByIds([...ids])
        .$.pipe(
          map((found) =>
            [...found.values()]
              .filter(({ type }) => type === 'delivery')
              .map((row) => deliveryRowFrom(dataOf(row))),
          ),
        ),

    /** Undefined when this machine does not hold it. */
    async find(id: string): Promise<DeliveryRow | undefined> {
      const row = await documents.findOne(id).exec();
      return row?.type === 'delivery' ? deliveryRowFrom(dataOf(row)) : undefined;
    },
  };
}

/** Contents come from the server's own schema; an older shape reads with what it has. */
function deliveryRowFrom({ id, rev, view }: HeldRow): DeliveryRow {
  const delivery = view as unknown as Delivery;
  return { id, rev, delivery: { ...delivery, files: delivery.files ?? [] } };
}

export type DeliveryRepository = ReturnType<typeof createDeliveryRepository>;
