// Brings the widgets of a built page to life: no kernel, no server. `widgets` holds their render
// functions; the build wraps this file and the modules into one classic script, since a page
// opened from a folder may not load modules.

/** The part of a Jupyter model that a widget may use, over a plain object. */
function standIn(state) {
  const listeners = {};
  return {
    get: (name) => state[name],
    set: (name, value) => {
      if (state[name] === value) return;
      state[name] = value;
      for (const listener of [...(listeners[`change:${name}`] ?? [])]) listener();
    },
    on: (event, listener) => (listeners[event] ??= []).push(listener),
    off: (event, listener) => (listeners[event] = (listeners[event] ?? []).filter((other) => other !== listener)),
    save_changes() {},
    send() {},
  };
}

function mountAll() {
  for (const el of document.querySelectorAll("[data-rnn-widget]")) {
    const state = JSON.parse(el.querySelector("script[type='application/json']").textContent);
    el.replaceChildren();
    widgets[el.dataset.rnnWidget].render({ model: standIn(state), el });
    el.dataset.rnnMounted = "";
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", mountAll);
else mountAll();
