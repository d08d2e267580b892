import { html, nothing, type TemplateResult } from 'lit'
import type { Action } from '../../bff/contract/action.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import type { Localize } from '../locales/localize.ts'
import { copyButton } from '../parts/copy-button.ts'
import { revealButton } from '../parts/password-input.ts'
import { isFinished, type Secret } from './task.ts'

/** Secrets that were sent and that nobody else will show again. */
export function keptSecrets(
  localize: Localize,
  secrets: readonly Secret[],
  visible: boolean,
  toggle: () => void,
): TemplateResult | typeof nothing {
  if (secrets.length === 0) return nothing
  return html`<div part="secrets" class="secrets">
    <p class="muted">${localize.text('secret_kept')}</p>
    ${secrets.map(
      ({ label, value }) => html`<div class="row">
        <span>${label}:</span>
        <code dir="ltr">${visible ? value : '••••••••'}</code>
        ${revealButton(localize, label, visible, toggle)} ${copyButton(localize, label, value)}
      </div>`,
    )}
  </div>`
}

/** What can be done with an operation now. */
export function taskButtons(
  localize: Localize,
  operation: Operation,
  choose: (what: 'retry' | 'resolve' | 'cancel' | 'dismiss') => void,
): TemplateResult | typeof nothing {
  const { can, state } = operation
  const buttons: [what: 'retry' | 'resolve' | 'cancel' | 'dismiss', text: string][] = []
  if (can.includes('retry')) buttons.push(['retry', localize.text('retry')])
  if (can.includes('resolve')) buttons.push(['resolve', localize.text('resolve')])
  if (can.includes('cancel')) buttons.push(['cancel', cancelText(localize, operation)])
  if (isFinished(operation)) buttons.push(['dismiss', localize.text('dismiss')])
  if (buttons.length === 0) return nothing
  return html`<div class="row" data-state=${state}>
    ${buttons.map(
      ([what, text]) => html`<button type="button" @click=${() => choose(what)}>${text}</button>`,
    )}
  </div>`
}

/** What was sent cannot be called back; it can only be left at one try. */
function cancelText(localize: Localize, { state }: Operation): string {
  return localize.text(state === 'queued' || state === 'scheduled' ? 'cancel' : 'do_not_resend')
}

/** The steps after an operation, as an action with a form of its own, so that they take the same way. */
export function resolveAction(
  localize: Localize,
  { action, label }: Operation,
  kind: 'retry' | 'resolve' | 'cancel',
): Action {
  return {
    name: action,
    label: kind === 'resolve' ? localize.text('resolve_name', { name: label }) : label,
    group: '',
    group_label: '',
    order: 0,
    highlight: false,
    danger: 'none',
    kind: 'change',
    state: 'available',
    reasons: [],
    input: {
      type: 'object',
      properties:
        kind === 'resolve'
          ? {
              verdict: {
                type: 'string',
                title: localize.text('verdict'),
                enum: ['done', 'abandoned'],
                'x-provision': {
                  widget: 'radio',
                  labels: [localize.text('verdict_done'), localize.text('verdict_abandoned')],
                },
              },
              why: {
                type: 'string',
                title: localize.text('verdict_why'),
                minLength: 1,
                maxLength: 500,
                'x-provision': { widget: 'textarea', help: localize.text('verdict_why_help') },
              },
            }
          : {},
      required: kind === 'resolve' ? ['verdict', 'why'] : [],
      additionalProperties: false,
    },
    confirmation: { preview: false, domain: false, accounts: false },
    result: { open: false, changed: [] },
  }
}
