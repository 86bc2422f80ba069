window.ticks = [];
window.bridge.on('tick', (...args) => {
  window.ticks.push(args);
  document.querySelector('#ticks').textContent = String(window.ticks.length);
});
