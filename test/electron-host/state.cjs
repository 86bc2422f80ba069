'use strict';

// What the areas of the stand-in share, kept apart so that they need not import each other in a circle.

/** Version of the `electron` package whose interface is modelled. */
const version = (() => {
  try {
    const from = { paths: [process.cwd(), __dirname] };
    return `v${require(require.resolve('electron/package.json', from)).version}`;
  } catch {
    return 'v0.0.0';
  }
})();

const state = {
  /** The app's folder, name and version, and the switches it was started with. */
  root: process.cwd(),
  name: 'Electron',
  appVersion: version.slice(1),
  args: [],
  /** The real Node, taken before `process.execPath` names the launcher as it does in Electron. */
  node: process.execPath,
  headless: true,
  started: false,
  quitting: false,
  chromium: undefined,
  port: 0,
  windows: new Map(),
  windowsByTarget: new Map(),
  focusedId: undefined,
  switches: new Map(),
  /** What a person would have seen outside the windows: dialogs, notifications, menus, prints, opened addresses. */
  record: [],
};

const record = (kind, details) => void state.record.push({ kind, ...details });

const logs = Boolean(process.env.ELECTRON_ENABLE_LOGGING);

/** For promises nobody waits for: a window that closes under a message is normal, all else is worth a line. */
function noteFailure(cause) {
  if (logs && !state.quitting) console.error('[electron-host]', cause);
}

function makeEvent(members) {
  const event = {
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true;
    },
    ...members,
  };
  return event;
}

/** Emits as Electron does, with an event object first, which is returned so that a veto can be read. */
function fire(emitter, name, ...args) {
  const event = makeEvent();
  emitter.emit(name, event, ...args);
  return event;
}

/** A promise with its resolver outside (Promise.withResolvers wants Node 22). */
function gate() {
  let open;
  const passed = new Promise((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

const focusedWindow = () => state.windows.get(state.focusedId) ?? null;

module.exports = {
  version,
  state,
  record,
  logs,
  noteFailure,
  makeEvent,
  fire,
  gate,
  focusedWindow,
};
