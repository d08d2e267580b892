import { css } from 'lit'

/**
 * The look shared by all elements: font and colour of the page, surfaces mixed from `currentColor`. Pages may set
 * `--provision-accent`, `--provision-danger`, `--provision-radius` and `--provision-gap`.
 */
export const baseStyles = css`
  :host {
    display: block;
    contain: layout style;
    --_accent: var(--provision-accent, light-dark(#0b57d0, #a8c7fa));
    --_danger: var(--provision-danger, light-dark(#b3261e, #f2b8b5));
    --_radius: var(--provision-radius, 0.5rem);
    --_gap: var(--provision-gap, 0.75rem);
    --_line: color-mix(in srgb, currentColor 25%, transparent);
    --_surface: color-mix(in srgb, currentColor 5%, transparent);
    --_muted: color-mix(in srgb, currentColor 75%, transparent);
  }
  :host([hidden]) { display: none; }
  :host([scheme='light']) { color-scheme: light; }
  :host([scheme='dark']) { color-scheme: dark; }
  :host([scheme='auto']) { color-scheme: light dark; }
  *, ::before, ::after { box-sizing: border-box; }
  [part~='base'] { display: flow-root; }
  [part~='heading'] { margin-block: 0 var(--_gap); font-size: 1.125em; }
  button, input, select, textarea { font: inherit; color: inherit; }
  button, select, input:not([type='checkbox'], [type='radio']) {
    min-block-size: 2.25rem;
    border: 1px solid color-mix(in srgb, currentColor 55%, transparent);
    border-radius: var(--_radius);
    background: var(--_surface);
    padding-inline: 0.75rem;
  }
  button { cursor: pointer; }
  button[aria-disabled='true'], button:disabled { cursor: not-allowed; opacity: 0.65; }
  :focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
  .muted { color: var(--_muted); }
  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  dialog { background: Canvas; color: CanvasText; border: 1px solid; border-radius: var(--_radius); }
  @media (pointer: coarse) { button, select, input { min-block-size: 2.75rem; } }
  @media (forced-colors: active) { button { border-color: ButtonText; } }
`
