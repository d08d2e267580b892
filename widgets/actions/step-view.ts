import { html, nothing, type TemplateResult } from 'lit'
import type { ReadResult } from '../../bff/contract/action.ts'
import { actionsWords } from '../locales/actions-words.ts'
import { doingWords } from '../locales/doing-words.ts'
import type { Localize } from '../locales/localize.ts'
import { type ConfirmationFaults, domainField, previewView } from '../parts/confirmation.ts'
import type { DialogContent } from '../parts/dialog.ts'
import type { SchemaForm } from '../parts/form.ts'
import { problemNote } from '../parts/problem-note.ts'
import { shownValues } from '../parts/shown-values.ts'
import type { Step } from './flow.ts'
import type { Task } from './task.ts'
import { formOf } from './task-input.ts'

export interface StepHandlers {
  readonly filled: (event: SubmitEvent) => void
  readonly confirmed: (event: SubmitEvent) => void
  readonly cancel: () => void
  readonly back: () => void
  readonly again: () => void
  /** Missing when there is nothing left to open. */
  readonly open: (() => void) | undefined
}

interface Around {
  readonly localize: Localize
  readonly form: SchemaForm
  readonly domain: string | null
  readonly faults: ConfirmationFaults
  readonly handlers: StepHandlers
  readonly said: string
}

/** What the dialog shows at a step; nothing where there is no dialog. */
export function stepView(step: Step, around: Around): DialogContent | undefined {
  if (step.at === 'choosing') return undefined
  const { localize, form, handlers, said } = around
  const { action } = step.task
  const { label } = action
  const isGrave = action.danger === 'high' || action.danger === 'irreversible'
  const cancel = button(localize.text('cancel'), handlers.cancel)
  const shared = { key: step.at, heading: label, said }
  switch (step.at) {
    case 'form': {
      return {
        ...shared,
        content: html`<form novalidate method="dialog" @submit=${handlers.filled}>
          ${problemNote(localize, step.problem)} ${form.render()}
          <div class="row end">
            ${cancel}
            <button class="highlight">${submitLabel(step.task, localize)}</button>
          </div>
        </form>`,
      }
    }
    case 'previewing':
      return {
        ...shared,
        content: html`${problemNote(localize, step.problem)}
          <p>${localize.text('loading')}</p>
          <div class="row end">${cancel}</div>`,
      }
    case 'confirming': {
      const { confirmation } = action
      const hasForm = Object.keys(formOf(step.task).properties).length > 0
      return {
        ...shared,
        heading: localize.say(doingWords, 'confirm_heading', { name: label }),
        alert: isGrave,
        content: html`<form novalidate method="dialog" @submit=${handlers.confirmed}>
          ${problemNote(localize, step.problem)}
          ${previewView(localize, step.preview, confirmation.accounts, around.faults.accounts)}
          ${confirmation.domain ? domainField(localize, around.domain, around.faults.domain) : nothing}
          <div class="row end">
            ${cancel} ${hasForm ? button(localize.say(doingWords, 'back'), handlers.back) : nothing}
            <button class=${isGrave ? 'danger solid' : 'highlight'}>${label}</button>
          </div>
        </form>`,
      }
    }
    case 'sending':
      return {
        ...shared,
        said: said || localize.text('sending'),
        content: html`<p>${localize.text('sending')}</p>
          <p class="muted">${localize.text('sending_more')}</p>`,
      }
    case 'answered':
      return {
        ...shared,
        content: html`${answerView(localize, step.answer)}
          <div class="row end">
            ${button(localize.text('close'), handlers.cancel)}
            ${
              handlers.open === undefined
                ? nothing
                : html`<button type="button" class="highlight" data-focus @click=${handlers.open}>
                    ${label}
                  </button>`
            }
          </div>`,
      }
    case 'refused': {
      const { code, retryable } = step.problem
      const isSignedOut = code === 'expired' || code === 'host_session_ended'
      return {
        ...shared,
        content: html`${problemNote(localize, step.problem)}
          <div class="row end">
            ${button(localize.text('close'), handlers.cancel)}
            ${
              isSignedOut || retryable
                ? html`<button type="button" class="highlight" @click=${handlers.again}>
                    ${localize.text(isSignedOut ? 'sign_in_again' : 'retry')}
                  </button>`
                : nothing
            }
          </div>`,
      }
    }
  }
}

function submitLabel({ action, purpose }: Task, localize: Localize): string {
  if (action.confirmation.preview) return localize.say(doingWords, 'continue')
  return purpose.kind === 'resolve' ? localize.say(doingWords, 'verdict_record') : action.label
}

function button(text: string, click: () => void): TemplateResult {
  return html`<button type="button" @click=${click}>${text}</button>`
}

function answerView(localize: Localize, { result, warnings }: ReadResult): TemplateResult {
  return html`${shownValues(localize, result.show)}
    ${
      warnings.length === 0
        ? nothing
        : html`<div part="warnings" class="warnings">
            <strong>${localize.say(actionsWords, 'warnings', { count: warnings.length })}</strong>
            <ul>${warnings.map(({ text }) => html`<li>${text}</li>`)}</ul>
          </div>`
    }`
}
