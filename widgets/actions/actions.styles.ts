import { css } from 'lit'

export const actionsStyles = css`
  ol { margin: 0; padding-inline-start: 1.25rem; }
  .status { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; }
  .state { border: 1px solid; border-radius: 1em; padding: 0.1em 0.7em; }
  .state[data-state='active'] { border-width: 2px; }
  .state[data-state='suspended'], .state[data-state='deleted'] { border-style: dashed; }
  .group { margin-block-start: var(--_gap); }
  .group-label { margin-block-end: 0.25rem; font-size: 0.875em; }
  button.highlight {
    background: var(--_accent);
    border-color: var(--_accent);
    color: var(--provision-on-accent, light-dark(#fff, #062e6f));
  }
  button.danger { color: var(--_danger); border-color: var(--_danger); }
  summary { cursor: pointer; min-block-size: 1.5rem; }
  .blocked { padding-block-start: 0.5rem; }
  .blocked > div + div { margin-block-start: 0.5rem; }
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
    button.danger { color: CanvasText; }
    button.highlight { background: ButtonFace; color: ButtonText; border-width: 2px; }
    .operation { border-color: CanvasText; }
  }
`
