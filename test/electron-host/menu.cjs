'use strict';

const { app } = require('./app.cjs');
const { focusedWindow, record } = require('./state.cjs');
const { StrictEmitter } = require('./strict.cjs');

class MenuItem {
  constructor(options) {
    const { click, submenu, role, label = role ?? '' } = options;
    Object.assign(this, { enabled: true, visible: true, checked: false, type: 'normal' }, options);
    this.label = label;
    if (submenu) {
      this.type = 'submenu';
      this.submenu = submenu instanceof Menu ? submenu : Menu.buildFromTemplate(submenu);
    }
    this.click = (event = {}, window = focusedWindow()) => {
      if (!this.enabled) return;
      if (this.type === 'checkbox') this.checked = !this.checked;
      if (role === 'quit') app.quit();
      else if (role === 'close') window?.close();
      else if (role === 'reload') window?.reload();
      else click?.(this, window, event);
    };
  }
}

class Menu extends StrictEmitter {
  items = [];

  constructor() {
    super('Menu');
  }

  static _current = null;

  static setApplicationMenu(menu) {
    Menu._current = menu;
    record('menu', { items: menu?._describe() ?? [] });
  }

  static getApplicationMenu() {
    return Menu._current;
  }

  static buildFromTemplate(template) {
    const menu = new Menu();
    for (const item of template) menu.append(item instanceof MenuItem ? item : new MenuItem(item));
    return menu;
  }

  append(item) {
    this.items.push(item);
  }

  insert(position, item) {
    this.items.splice(position, 0, item);
  }

  getMenuItemById(id) {
    for (const item of this.items) {
      if (item.id === id) return item;
      const found = item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }

  popup() {
    record('popup', { items: this._describe() });
    this.emit('menu-will-show');
  }

  closePopup() {
    this.emit('menu-will-close');
  }

  _describe() {
    return this.items.map(({ id, label, type, enabled, accelerator, submenu }) => ({
      id,
      label,
      type,
      enabled,
      accelerator,
      items: submenu?._describe(),
    }));
  }

  /** Clicks the items whose accelerator was pressed in a window. */
  static _press(keys, window) {
    const walk = (menu) => {
      for (const item of menu?.items ?? []) {
        if (item.submenu) walk(item.submenu);
        else if (matches(item, keys)) item.click({ triggeredByAccelerator: true }, window);
      }
    };
    walk(Menu._current);
  }
}

function matches({ accelerator, registerAccelerator }, keys) {
  if (!accelerator || registerAccelerator === false) return false;
  const parts = accelerator.toLowerCase().split('+');
  const key = parts.pop();
  const has = (...names) => names.some((name) => parts.includes(name));
  return (
    has('ctrl', 'control', 'cmdorctrl', 'commandorcontrol') === keys.control &&
    has('shift') === keys.shift &&
    has('alt', 'option') === keys.alt &&
    (key === keys.key.toLowerCase() || (key === 'plus' && keys.key === '+'))
  );
}

module.exports = { Menu, MenuItem };
