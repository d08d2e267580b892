import { html, type TemplateResult } from 'lit'

/**
 * A bar for a part of a whole. It repeats what is said in words beside it, and no more.
 *
 * @param share 0 to 1; more is drawn as full
 * @param nearly share from which on the bar is in another colour; a full one is in a third
 * @param said the numbers in words
 */
export function meter(label: string, share: number, nearly: number, said: string): TemplateResult {
  return html`<meter
    part="meter"
    min="0"
    max="1"
    optimum="0"
    low=${nearly}
    high="0.999"
    .value=${Math.min(share, 1)}
    aria-label=${label}
    aria-valuetext=${said}
  ></meter>`
}
