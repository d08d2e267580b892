import { css } from 'lit'

export const actionsStyles = css`
  p, h2, h3, dl, dd, ul, ol { margin: 0; }
  ul, ol { padding-inline-start: 1.25rem; }
  [part~='base'] > * + * { margin-block-start: var(--_gap); }
  .row { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
  .end { justify-content: flex-end; margin-block-start: var(--_gap); }
  .grow { flex: 1 1 12rem; min-inline-size: 0; }
  .status { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; }
  .state { border: 1px solid; border-radius: 1em; padding: 0.1em 0.7em; }
  .state[data-state='active'] { border-width: 2px; }
  .state[data-state='suspended'], .state[data-state='deleted'] { border-style: dashed; }
  .fault { color: var(--_danger); }
  .fault::before { content: '⚠ ' / ''; }
  .group { margin-block-start: var(--_gap); }
  .group-label { margin-block-end: 0.25rem; font-size: 0.875em; }
  button.highlight {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--provision-on-accent, light-dark(#fff, #062e6f));
  }
  button.danger { color: var(--_danger); border-color: var(--_danger); }
  button.danger.solid {
    background: var(--_danger);
    color: var(--provision-on-danger, light-dark(#fff, #601410));
  }
  summary { cursor: pointer; min-block-size: 1.5rem; }
  .blocked { padding-block-start: 0.5rem; }
  .blocked > div + div { margin-block-start: 0.5rem; }
  dt { font-weight: 600; }
  .operation {
    border: 1px solid var(--_line);
    border-inline-start: 4px solid currentColor;
    border-radius: var(--_radius);
    background: var(--_surface);
    padding: 0.75rem;
    overflow-wrap: anywhere;
  }
  .operation > * + * { margin-block-start: 0.5rem; }
  .operation[data-state='failed'], .operation[data-state='attention'] { border-inline-start-color: var(--_danger); }
  progress { display: block; inline-size: 100%; accent-color: var(--_accent); }
  .values > div { display: flex; flex-wrap: wrap; gap: 0 0.75rem; padding-block: 0.25rem; }
  .values > div + div { border-block-start: 1px solid var(--_line); }
  .values dt { flex: 0 1 12rem; }
  .values dd { flex: 1 1 12rem; overflow-wrap: anywhere; }
  .warnings { border-inline-start: 4px solid; padding-inline-start: 0.75rem; }
  code { overflow-wrap: anywhere; }
  dialog {
    inline-size: min(38rem, 100dvi - 1rem);
    max-inline-size: none;
    max-block-size: calc(100dvb - 1rem);
    overflow: auto;
    overscroll-behavior: contain;
    padding: 1.25rem;
  }
  dialog::backdrop { background: rgb(0 0 0 / 45%); }
  dialog h2 { font-size: 1.25em; margin-block-end: var(--_gap); }
  dialog h2:focus { outline: none; }
  dialog h3 { font-size: 1em; }
  dialog form > * + *, .fields > * + *, .field > * + * { margin-block-start: var(--_gap); }
  .field > * + * { margin-block-start: 0.25rem; }
  .fields + .fields { border-block-start: 1px solid var(--_line); padding-block-start: var(--_gap); }
  .field > input, .field > select, .field > textarea { display: block; inline-size: 100%; }
  .field > label:not(.tick), legend { font-weight: 600; padding: 0; }
  fieldset { border: 0; margin-inline: 0; padding: 0; min-inline-size: 0; }
  textarea {
    border: 1px solid color-mix(in srgb, currentColor 55%, transparent);
    border-radius: var(--_radius);
    background: var(--_surface);
    padding: 0.5rem 0.75rem;
  }
  option { background: Canvas; color: CanvasText; }
  [aria-invalid='true'] { border-color: var(--_danger); border-width: 2px; }
  .tick { display: flex; gap: 0.5rem; align-items: center; min-block-size: 1.75rem; }
  .tick input { flex: none; inline-size: 1.15rem; block-size: 1.15rem; min-block-size: 0; margin: 0; accent-color: var(--_accent); }
  .irreversible { border: 2px solid var(--_danger); border-radius: var(--_radius); padding: 0.75rem; }
  .name { font-weight: 600; }
  table { border-collapse: collapse; inline-size: 100%; }
  caption { text-align: start; font-weight: 600; }
  th, td { text-align: start; padding: 0.25rem 0.5rem 0.25rem 0; border-block-end: 1px solid var(--_line); font-weight: normal; overflow-wrap: anywhere; }
  thead th { font-weight: 600; }
  .menu-button { anchor-name: --menu; }
  [popover] {
    background: Canvas;
    color: CanvasText;
    border: 1px solid;
    border-radius: var(--_radius);
    padding: 0.25rem;
    max-inline-size: min(22rem, 100dvi - 1rem);
    max-block-size: calc(100dvb - 1rem);
    overflow: auto;
  }
  @supports (position-area: block-end) {
    [popover] {
      position-anchor: --menu;
      inset: auto;
      margin: 0.25rem 0 0;
      position-area: block-end span-inline-end;
      position-try-fallbacks: flip-inline, flip-block, flip-block flip-inline;
    }
  }
  [role='menuitem'] { display: block; inline-size: 100%; border-color: transparent; background: none; text-align: start; }
  [role='menuitem']:hover, [role='menuitem']:focus { background: color-mix(in srgb, currentColor 12%, transparent); }
  [role='menuitem'] small { display: block; white-space: normal; }
  @media (forced-colors: active) {
    .fault, button.danger { color: CanvasText; }
    button.highlight, button.danger.solid { background: ButtonFace; color: ButtonText; border-width: 2px; }
    .irreversible, .operation { border-color: CanvasText; }
  }
  @media print { button, dialog { display: none; } }
`
