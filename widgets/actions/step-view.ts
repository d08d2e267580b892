import { html, nothing, type TemplateResult } from 'lit'
import type { Action, ReadResult } from '../../bff/contract/action.ts'
import { actionsWords } from '../locales/actions-words.ts'
import { doingWords } from '../locales/doing-words.ts'
import type { Localize } from '../locales/localize.ts'
import { type ConfirmationFaults, domainField, previewView } from '../parts/confirmation.ts'
import type { DialogContent } from '../parts/dialog.ts'
import type { SchemaForm } from '../parts/form.ts'
import { problemNote } from '../parts/problem-note.ts'
import { shownValues } from '../parts/shown-values.ts'
import { type ProvisionProblem, STEP_UP } from '../session/problem.ts'
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
          ${problemNote(localize, step.problem)} ${form.render()} ${stepUpAhead(localize, action)}
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
          ${stepUpAhead(localize, action)}
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
      const again = againLabel(step.problem, localize)
      return {
        ...shared,
        content: html`${stepUpNote(localize, step.problem) ?? problemNote(localize, step.problem)}
          <div class="row end">
            ${button(localize.text('close'), handlers.cancel)}
            ${
              again === undefined
                ? nothing
                : html`<button type="button" class="highlight" @click=${handlers.again}>
                    ${again}
                  </button>`
            }
          </div>`,
      }
    }
  }
}

/** What the button says that does what was refused once more; nothing where that would change nothing. */
function againLabel({ code, retryable }: ProvisionProblem, localize: Localize): string | undefined {
  switch (code) {
    case 'expired':
    case 'host_session_ended':
      return localize.text('sign_in_again')
    case STEP_UP:
      return localize.say(doingWords, 'step_up_again')
    case 'step_up_elsewhere':
      return localize.say(doingWords, 'step_up_go_on')
    default:
      return retryable ? localize.text('retry') : undefined
  }
}

/** Why a person could not be asked who they are here, and where they can; nothing for other problems. */
function stepUpNote(
  localize: Localize,
  { code, challenge }: ProvisionProblem,
): TemplateResult | undefined {
  switch (code) {
    case 'step_up_impossible':
      return html`<p class="fault" part="fault">${localize.say(doingWords, code)}</p>`
    case 'step_up_elsewhere':
      return html`<p>${localize.say(doingWords, code)}</p>
        <p>
          <a href=${challenge} target="_blank" rel="noopener" data-focus
            >${localize.say(doingWords, 'step_up_open')}</a
          >
        </p>`
    default:
      return undefined
  }
}

/** Says beforehand that the page will ask the person who they are. */
function stepUpAhead(
  localize: Localize,
  { confirmation }: Action,
): TemplateResult | typeof nothing {
  return confirmation.step_up
    ? html`<p class="muted">${localize.say(doingWords, 'step_up_ahead')}</p>`
    : nothing
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
