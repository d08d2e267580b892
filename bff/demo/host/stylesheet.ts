/**
 * The imaginary company's look. Its last rules are the ones we publish for every host (widgets/theme/host.css), copied,
 * since this host lets its pages have styles of its own origin only.
 */
export const STYLESHEET = `
:root { color-scheme: light dark; --brand: #1f6f54; --line: color-mix(in srgb, CanvasText 16%, Canvas); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
a { color: inherit; text-underline-offset: 0.2em; }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible { outline: 2px solid; outline-offset: 2px; }
.top { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center; padding: 0.75rem max(1rem, 50vw - 34rem); background: var(--brand); color: #fff; }
.top strong { font-size: 1.1rem; }
.top nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin-inline-start: auto; align-items: center; }
.top nav form { display: contents; }
.top button { font: inherit; color: inherit; background: none; border: 0; padding: 0; text-decoration: underline; text-underline-offset: 0.2em; cursor: pointer; }
main { padding: 1.25rem 1rem 3rem; max-inline-size: 70rem; margin-inline: auto; }
h1 { font-size: 1.6rem; line-height: 1.2; margin-block: 0.25rem 1rem; }
h2 { font-size: 1.2rem; margin-block: 2rem 0.5rem; }
.crumbs { font-size: 0.9rem; opacity: 0.8; display: flex; gap: 0.25rem 0.75rem; flex-wrap: wrap; margin: 0; padding: 0; list-style: none; }
.list { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.75rem; }
.list > li { border: 1px solid var(--line); border-radius: 0.6rem; padding: 0.75rem 1rem; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center; }
.list .what { flex: 1 1 16rem; min-inline-size: 0; overflow-wrap: anywhere; }
.list small { display: block; opacity: 0.75; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.panel { border: 1px solid var(--line); border-radius: 0.6rem; padding: 1rem; margin-block: 1rem; min-inline-size: 0; }
.columns { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); align-items: start; }
.columns > .panel { margin: 0; }
form.order { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; }
form.order label { display: grid; gap: 0.25rem; }
form.order input, form.order select, form.order button { font: inherit; padding: 0.4rem 0.6rem; border: 1px solid; border-radius: 0.4rem; background: Canvas; color: CanvasText; max-inline-size: 100%; }
.fault { color: light-dark(#a11212, #ff9d9d); }
provision-actions,
provision-configuration,
provision-fields,
provision-logs,
provision-usage {
  min-block-size: var(--provision-space, 34rem);
}
provision-actions {
  min-block-size: var(--provision-space, 15rem);
}
provision-usage {
  min-block-size: var(--provision-space, 21rem);
}
@media (max-width: 40rem) {
  provision-actions {
    min-block-size: var(--provision-space, 19rem);
  }
  provision-fields {
    min-block-size: var(--provision-space, 42rem);
  }
  provision-usage {
    min-block-size: var(--provision-space, 23rem);
  }
}
provision-actions[layout="menu"] {
  min-block-size: var(--provision-space, 3rem);
  min-inline-size: min(22rem, 100%);
}
@media (max-width: 40rem) {
  provision-actions[layout="menu"] {
    min-block-size: var(--provision-space, 6rem);
  }
}
:is(
  provision-actions,
  provision-configuration,
  provision-fields,
  provision-logs,
  provision-usage
):not(:defined, [hidden]) {
  display: block;
}
`
