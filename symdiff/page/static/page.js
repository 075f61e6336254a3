"use strict";
// The page is complete without this script. Here lines, graph and table are linked,
// the steps are walked through, and runs that were computed beforehand are exchanged.
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const data = JSON.parse(byId("data").textContent);
  const nodes = all(".graph .node");
  const lines = all(".code li");
  const rows = nodes.map((_, n) => byId(`v-${n}`));
  const reasons = nodes.map((_, n) => byId(`why-${n}`));
  const state = { run: 0, step: -1, pin: null, revealed: -1, timer: 0, reasons: false };

  function run() { return data.runs[state.run]; }

  // --- what belongs together

  // For a line: every value that it makes or differentiates, and all lines of these.
  function partners(line, node) {
    const found = { lines: new Set(), nodes: new Set() };
    for (const [at, ids] of data.links) {
      if (line === null ? at !== node : !ids.includes(line)) continue;
      ids.forEach((id) => found.lines.add(id));
      if (at >= 0) found.nodes.add(at);
    }
    if (line !== null) found.lines.add(line);
    if (node !== null) found.nodes.add(node);
    return found;
  }

  function show(found, from) {
    lines.forEach((line) => line.classList.toggle("on", found.lines.has(line.id)));
    nodes.forEach((node, n) => node.classList.toggle("on", found.nodes.has(n)));
    rows.forEach((row, n) => row.classList.toggle("on", found.nodes.has(n)));
    const seen = new Set();
    for (const line of lines) {
      const box = line.closest(".scroll");
      if (!line.classList.contains("on") || seen.has(box) || box.contains(from)) continue;
      seen.add(box);
      const top = line.offsetTop, bottom = top + line.offsetHeight;
      if (top < box.scrollTop || bottom > box.scrollTop + box.clientHeight) {
        box.scrollTop = top - box.clientHeight / 3;
      }
    }
    const node = nodes.find((_, n) => found.nodes.has(n));
    if (node && !graph.contains(from)) reach(node);
  }

  const graph = nodes[0]?.closest(".scroll");

  // The graph may be wider than the screen: bring a node into the middle.
  function reach(node) {
    const box = graph.getBoundingClientRect(), own = node.getBoundingClientRect();
    if (own.left >= box.left && own.right <= box.right) return;
    graph.scrollLeft += (own.left + own.right - box.left - box.right) / 2;
  }

  const nothing = { lines: new Set(), nodes: new Set() };

  function rest() {
    document.body.classList.toggle("pinned", state.pin !== null);
    if (state.pin === null) show(stepLinks(), null);
    else show(partners(state.pin.line, state.pin.node), null);
  }

  function stepLinks() {
    const step = run().steps[state.step];
    return step && step[1] >= 0 ? partners(null, step[1]) : nothing;
  }

  function pin(line, node) {
    const same = state.pin && state.pin.line === line && state.pin.node === node;
    state.pin = same ? null : { line, node };
    nodes.forEach((one, n) => one.setAttribute("aria-pressed", String(!same && n === node)));
    lines.forEach((one) => one.setAttribute("aria-selected", String(!same && one.id === line)));
    rest();
    if (!same) reason(partners(line, node).nodes);
    remember();
  }

  function reason(found) {
    const wanted = [...found].filter((n) => reasons[n]);
    reasons.forEach((one, n) => {
      if (!one) return;
      one.hidden = !state.reasons && !wanted.includes(n);
      one.classList.toggle("print", one.hidden);
    });
  }

  // One stop for Tab in each list; the arrows move inside of it.
  function roving(items, key) {
    items.forEach((item, n) => {
      item.setAttribute("tabindex", n === 0 ? "0" : "-1");
      const [line, node] = key(item, n);
      item.addEventListener("mouseenter", () => show(partners(line, node), item));
      item.addEventListener("mouseleave", rest);
      item.addEventListener("focus", () => {
        items.forEach((other) => other.setAttribute("tabindex", other === item ? "0" : "-1"));
        show(partners(line, node), item);
      });
      item.addEventListener("blur", rest);
      item.addEventListener("click", () => pin(line, node));
      item.addEventListener("keydown", (event) => {
        const to = { ArrowDown: n + 1, ArrowUp: n - 1, Home: 0, End: items.length - 1 }[event.key];
        if (to !== undefined) items[Math.max(0, Math.min(items.length - 1, to))].focus();
        else if (event.key === "Enter" || event.key === " ") pin(line, node);
        else return;
        event.preventDefault();
      });
    });
  }

  for (const list of all(".code")) {
    list.setAttribute("role", "listbox");
    // The box around it need not take the focus as well.
    list.parentElement.removeAttribute("tabindex");
    const blank = (line) => !line.querySelector("code").textContent.trim();
    all("li", list).filter(blank).forEach((line) => line.setAttribute("role", "presentation"));
    const own = all("li", list).filter((line) => !blank(line));
    own.forEach((line) => { line.setAttribute("role", "option"); line.setAttribute("aria-selected", "false"); });
    roving(own, (line) => [line.id, null]);
  }
  nodes.forEach((node) => {
    node.setAttribute("role", "button");
    node.setAttribute("aria-pressed", "false");
  });
  roving(nodes, (_, n) => [null, n]);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    state.pin = null;
    lines.forEach((one) => one.setAttribute("aria-selected", "false"));
    nodes.forEach((one) => one.setAttribute("aria-pressed", "false"));
    rest();
    remember();
  });

  // --- steps

  function sentence(part) {
    const [, label, made, upstream, local, formula, product, before, after] = part.map((p, n) => (n > 0 && n < 9 ? run().words[p] : p));
    let right = `the rule of ${made} applied to upstream ${upstream}`;
    if (local) right = `upstream ${upstream} × local ${local}`;
    else if (formula) right = `${formula}, with upstream ${upstream},`;
    const more = before ? `; together with ${before} from before: ${after}` : "";
    return `${named(label)} = ${right} = ${product}${more}`;
  }

  function named(label) { return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(label) ? `∂L/∂${label}` : `∂L/∂(${label})`; }

  function sentences(step) {
    const label = run().words[step[2]];
    if (!step[0]) return [`${label} = ${run().words[step[4]]}`];
    return step[6].length ? step[6].map(sentence) : [`nothing goes back from ${label}`];
  }

  // What every node holds after a step: the last value, and the gradient so far.
  function replay(until) {
    const held = nodes.map(() => [0, 0]);
    if (until < 0) {
      for (const [n, value, bar] of run().held) held[n] = [value, bar];
      return held;
    }
    for (const [n, value] of run().given) held[n][0] = value;
    run().steps.forEach((step, n) => {
      if (n > until || step[1] < 0) return;
      for (const [node, value] of step[7]) held[node][0] = value;
      held[step[1]][step[0]] = step[4];
      for (const part of step[6]) if (part[0] >= 0) held[part[0]][1] = part[8];
    });
    return held;
  }

  // In a box of the graph there is less room than in the table.
  function clip(word) { return run().short[word] ?? run().words[word]; }

  function fill() {
    // What is asked for must not be read off the graph.
    const hidden = state.step >= 0 && asks(run().steps[state.step]);
    const held = replay(hidden ? Math.max(0, state.step - 1) : state.step);
    nodes.forEach((node, n) => {
      const [value, gradient] = held[n];
      const bar = node.classList.contains("fixed") ? 0 : gradient;
      node.querySelector(".value").textContent = clip(value);
      node.querySelector(".bar").textContent = bar ? `∂L ${clip(bar)}` : "";
      rows[n].querySelector(".value").textContent = run().words[value];
      rows[n].querySelector(".bar").textContent = run().words[bar];
    });
  }

  function draw() {
    const steps = run().steps, step = steps[state.step];
    const hidden = step && asks(step);
    byId("at").max = String(steps.length);
    byId("at").value = String(state.step + 1);
    byId("at").setAttribute("aria-valuetext", step ? `step ${state.step + 1} of ${steps.length}` : "the whole run");
    const box = byId("sentence");
    const texts = step ? (hidden ? [] : sentences(step)) : [`${data.name} = ${data.results[state.run][0]}`,
      ...data.results[state.run][1].map(([name, text]) => `${name} = ${text}`)];
    box.replaceChildren(...texts.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    const place = step && step[3].length ? `, iteration ${step[3].join(", ")}` : "";
    byId("where").textContent = step
      ? `Step ${step[5] + 1} of ${steps[steps.length - 1][5] + 1}, ${step[0] ? "back through" : "forward:"} ${run().words[step[2]]}${place}`
      : "The whole run. Next begins with the first value.";
    const key = step ? JSON.stringify(step[3]) : "";
    byId("tape").textContent = step ? run().words[step[8]] : "";
    byId("iteration").value = step && step[0] && step[3].length ? key : "";
    nodes.forEach((node, n) => node.classList.toggle("step", Boolean(step) && step[1] === n));
    rows.forEach((row, n) => row.classList.toggle("step", Boolean(step) && step[1] === n));
    all(".meter g").forEach((bar) => bar.classList.toggle("step", bar.dataset.step === String(state.step)));
    byId("question").hidden = !hidden;
    if (hidden) ask(step);
    fill();
    if (step && step[1] >= 0) reason(new Set([step[1]]));
    else if (state.pin === null) reason(nothing.nodes);
    byId("why").hidden = Boolean(hidden);
    rest();
    remember();
  }

  function go(to) {
    state.step = Math.max(-1, Math.min(run().steps.length - 1, to));
    state.revealed = -1;
    draw();
  }

  function stop() {
    clearInterval(state.timer);
    state.timer = 0;
    byId("play").setAttribute("aria-pressed", "false");
  }

  byId("back").addEventListener("click", () => go(state.step - 1));
  byId("next").addEventListener("click", () => go(state.step + 1));
  byId("jump").addEventListener("click", () => go(run().steps.findIndex((step) => step[0])));
  byId("at").addEventListener("input", (event) => go(Number(event.target.value) - 1));
  byId("play").addEventListener("click", () => {
    if (state.timer) return stop();
    byId("play").setAttribute("aria-pressed", "true");
    state.timer = setInterval(() => {
      if (state.step + 1 >= run().steps.length) stop();
      else go(state.step + 1);
    }, 900);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input:not([type=range]):not([type=checkbox]), select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n") go(state.step + 1);
    if (event.key === "p") go(state.step - 1);
  });
  for (const badge of all("[data-step]")) {
    badge.addEventListener("click", () => go(Number(badge.dataset.step)));
  }

  // --- loops: the same lines, last iteration to first

  function loops() {
    const seen = new Map();
    run().steps.forEach((step, n) => {
      const key = JSON.stringify(step[3]);
      if (step[0] && step[3].length && !seen.has(key)) seen.set(key, n);
    });
    byId("loop").hidden = seen.size === 0;
    const options = [new Option("outside", ""), ...[...seen.keys()].map((key) => new Option(JSON.parse(key).join(", "), key))];
    byId("iteration").replaceChildren(...options);
    byId("iteration").onchange = (event) => go(seen.get(event.target.value) ?? -1);
  }

  // --- predict, then reveal

  function asks(step) {
    return byId("predict").checked && step[0] && step[6].length > 0 && state.revealed !== state.step;
  }

  function ask(step) {
    const part = step[6][0], words = run().words;
    const formula = words[part[5]], offered = data.choices[formula];
    byId("verdict").textContent = "";
    const box = byId("offered");
    if (part[9] !== null || !offered) {
      byId("asked").textContent = `${named(words[part[1]])} = ? The upstream is ${words[part[3]]}${words[part[4]] ? `, the local derivative ${words[part[4]]}` : ""}.`;
      const input = Object.assign(document.createElement("input"), { type: "text", inputMode: "decimal", id: "guess", autocomplete: "off" });
      const label = Object.assign(document.createElement("label"), { textContent: "Your number " });
      label.append(input);
      box.replaceChildren(label);
    } else {
      byId("asked").textContent = `Which is ${named(words[part[1]])}? The upstream is ${named(words[part[2]])}.`;
      box.replaceChildren(...offered.map((text) => {
        const label = document.createElement("label");
        const input = Object.assign(document.createElement("input"), { type: "radio", name: "guess", value: text });
        label.append(input, Object.assign(document.createElement("code"), { textContent: text }));
        return label;
      }));
    }
  }

  function reveal() {
    state.revealed = state.step;
    draw();
  }

  byId("question").addEventListener("submit", (event) => {
    event.preventDefault();
    const part = run().steps[state.step][6][0];
    const typed = byId("guess"), chosen = document.querySelector("input[name=guess]:checked");
    let right = false;
    if (typed) {
      const guess = Number(typed.value.trim().replace(",", "."));
      right = typed.value.trim() !== "" && Math.abs(guess - part[9]) <= 0.01 * Math.max(Math.abs(part[9]), 1e-12);
    } else if (chosen) right = chosen.value === run().words[part[5]];
    byId("verdict").textContent = right ? "Right: within one percent, or the same formula. Reveal shows the step." : "Not yet. Try again, or reveal it.";
  });
  byId("reveal").addEventListener("click", reveal);
  byId("predict").addEventListener("change", () => { state.revealed = -1; draw(); });

  byId("reasons").addEventListener("click", (event) => {
    state.reasons = !state.reasons;
    event.target.setAttribute("aria-pressed", String(state.reasons));
    reason(state.pin ? partners(state.pin.line, state.pin.node).nodes : stepLinks().nodes);
  });

  // --- runs that were computed beforehand

  const slider = byId("sweep");

  function exchange(at) {
    state.run = at + 1;
    if (slider) {
      const value = slider.dataset.values.split(" ")[at];
      slider.value = String(at);
      slider.setAttribute("aria-valuetext", at < 0 ? "unchanged" : value);
      byId("swept").textContent = at < 0 ? " unchanged" : ` ${slider.dataset.name} = ${value}: ${data.name} = ${data.results[state.run][0]}`;
      all(".curve circle").forEach((dot) => dot.classList.toggle("at", dot.dataset.run === String(at)));
    }
    loops();
    go(state.step);
  }
  slider?.addEventListener("input", () => exchange(Number(slider.value)));

  // --- where the reader is, in the address

  function remember() {
    const found = new URLSearchParams();
    if (state.step >= 0) found.set("step", state.step);
    if (state.run) found.set("run", state.run);
    if (state.pin?.line) found.set("line", state.pin.line);
    if (state.pin && state.pin.node !== null) found.set("node", state.pin.node);
    history.replaceState(null, "", `#${found}`);
  }

  const start = new URLSearchParams(location.hash.slice(1));
  document.documentElement.classList.add("js");
  state.step = start.has("step") ? Number(start.get("step")) : -1;
  const wanted = Number(start.get("run") ?? 0);
  const kept = [start.get("line"), start.has("node") ? Number(start.get("node")) : null];
  exchange(data.runs[wanted] ? wanted - 1 : -1);
  if (byId(kept[0]) || nodes[kept[1]]) pin(...kept);
})();
