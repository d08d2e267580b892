import { html, nothing, type TemplateResult } from 'lit'
import type { Operation } from '../../bff/contract/operation.ts'
import { doingWords } from '../locales/doing-words.ts'
import type { Localize } from '../locales/localize.ts'
import { isFinished } from './task.ts'

/** What can be done with an operation now. */
export function taskButtons(
  localize: Localize,
  operation: Operation,
  choose: (what: 'retry' | 'resolve' | 'cancel' | 'dismiss') => void,
): TemplateResult | typeof nothing {
  const { can, state } = operation
  const buttons: [what: 'retry' | 'resolve' | 'cancel' | 'dismiss', text: string][] = []
  if (can.includes('retry')) buttons.push(['retry', localize.text('retry')])
  if (can.includes('resolve')) buttons.push(['resolve', localize.say(doingWords, 'resolve')])
  if (can.includes('cancel')) buttons.push(['cancel', cancelText(localize, operation)])
  if (isFinished(operation)) buttons.push(['dismiss', localize.say(doingWords, 'dismiss')])
  if (buttons.length === 0) return nothing
  return html`<div class="row" data-state=${state}>
    ${buttons.map(
      ([what, text]) => html`<button type="button" @click=${() => choose(what)}>${text}</button>`,
    )}
  </div>`
}

/** What was sent cannot be called back; it can only be left at one try. */
function cancelText(localize: Localize, { state }: Operation): string {
  return state === 'queued' || state === 'scheduled'
    ? localize.text('cancel')
    : localize.say(doingWords, 'do_not_resend')
}
