declare module 'pouchdb-adapter-idb' {
  const adapter: PouchDB.Plugin;
  // oxlint-disable-next-line import/no-default-export -- the package's own shape
  export default adapter;
}
