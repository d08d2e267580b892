import { html, nothing, type TemplateResult } from 'lit'
import type { Actions } from '../../bff/contract/action.ts'
import { actionsWords } from '../locales/actions-words.ts'
import type { Localize } from '../locales/localize.ts'

/** The service's state as a word, since when, how fresh that is, and what must be known beside it. */
export function statusLine(
  localize: Localize,
  { state, state_label, since, as_of, notes }: Actions['service'],
): TemplateResult {
  return html`<p part="status" class="status">
    <strong part="state" class="state" data-state=${state}>${state_label}</strong>
    ${since === null ? nothing : html`<span>${localize.say(actionsWords, 'since', { time: localize.date(since) })}</span>`}
    ${
      as_of === null
        ? nothing
        : html`<span class="muted">${localize.text('as_of', { time: localize.date(as_of) })}</span>`
    }
  </p>
  ${notes.map(({ text }) => html`<p part="note" class="note">${text}</p>`)}`
}
