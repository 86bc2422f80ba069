import { parseArgs } from 'node:util';
import { connect } from '../sync-server/src/db/connect';
import {
  readDeviceOverview,
  type DeviceOverview,
} from '../sync-server/src/features/admin/device-overview';

const USAGE = `devices: what the server knows of every device: last contact, refused and held work, registers held, losses
  --database URL  the server's PostgreSQL (else DATABASE_URL)
  --office ID     of one office
  --json          one line of JSON, nothing else`;

const FINE = 0;
const FINDING = 1;
const COULD_NOT_RUN = 2;

interface Order {
  readonly url: string;
  readonly office: string | undefined;
  readonly json: boolean;
}

function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        database: { type: 'string' },
        office: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const url = values.database ?? process.env['DATABASE_URL'];
    return url === undefined ? undefined : { url, office: values.office, json: values.json };
  } catch {
    return undefined;
  }
}

/** `cli devices`: 0 nothing needs a person, 1 a device forked, lost work, or was fenced with a register, 2 could not run. */
export async function runDevices(args: readonly string[]): Promise<number> {
  const order = readOrder(args);
  if (!order) {
    console.error(USAGE);
    return COULD_NOT_RUN;
  }
  const db = connect({ connectionString: order.url, max: 1 });
  try {
    const devices = await readDeviceOverview(db, order.office);
    console.log(order.json ? JSON.stringify({ devices }) : devices.map(lineOf).join('\n'));
    return devices.some(needsPerson) ? FINDING : FINE;
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause));
    return COULD_NOT_RUN;
  } finally {
    await db.end();
  }
}

const needsPerson = ({ isForked, lost, state, leases }: DeviceOverview): boolean =>
  isForked || lost > 0 || (state !== 'active' && leases > 0);

const lineOf = (device: DeviceOverview): string =>
  [
    `${needsPerson(device) ? '! ' : '  '}${device.name} (${device.deviceId}/${device.inc})`,
    STATE[device.state],
    `liên lạc ${device.lastContactAt ?? 'chưa lần nào'}`,
    `nhận ${device.received}, từ chối ${device.rejected}, giữ lại ${device.held}`,
    `giữ ${device.leases} sổ`,
    ...(device.isForked
      ? ['dữ liệu bị đưa về bản cũ, sao chép hoặc hỏng: cần đăng ký lại máy']
      : []),
    ...(device.lost > 0 ? [`mất ${device.lost} việc`] : []),
  ].join('; ');

const STATE = { active: 'đang dùng', fenced: 'đã khóa', disabled: 'đã ngừng' } as const;
