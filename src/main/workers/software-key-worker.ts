import { parentChannel } from '../features/signing/parent-channel';
import { createSoftwareDriver } from '../features/signing/software-driver';
import { serveTokenRequests } from '../features/signing/serve-token-requests';
import { forbidReports } from '../platform/no-core-dumps';
import { systemClock } from '../platform/system';

forbidReports();

/** The folder of this workstation's software keys, given when the process is started. */
const folder = process.env['TCV_TOKEN_MODULE'] ?? '';

serveTokenRequests(createSoftwareDriver({ folder, clock: systemClock }), parentChannel());
