/** Names alone, so that the preload bundles no validation library. */
export const channels = [
  'app.describe',
  'app.readyToClose',
  'app.stayOpen',
  'session.describe',
  'session.checkServer',
  'session.enrol',
  'session.unlock',
  'session.signIn',
  'session.signOut',
  'operations.append',
  'operations.list',
  'operations.dismiss',
  'workbench.saveRows',
  'workbench.listRows',
  'files.beginImport',
  'files.importChunk',
  'files.finishImport',
  'files.fetch',
  'files.saveCopy',
  'files.convertDraft',
  'signing.begin',
  'signing.prepareFields',
  'signing.verify',
  'projection.open',
  'projection.take',
  'projection.acknowledge',
  'scopes.openKey',
  'backup.exportWork',
  'backup.deliverWork',
  'registers.listHeld',
  'registers.confirmLast',
  'registers.serve',
  'registers.release',
  'sync.status',
  'sync.now',
] as const;
export type Channel = (typeof channels)[number];

/** What main announces; the page then asks. */
export const eventNames = [
  'app.closing',
  'session.changed',
  'projection.ready',
  'registers.changed',
  'sync.statusChanged',
] as const;
export type EventName = (typeof eventNames)[number];
