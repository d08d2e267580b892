import { html, nothing, type TemplateResult } from 'lit'
import type { Localize } from '../locales/localize.ts'
import type { DialogContent } from '../parts/dialog.ts'
import type { SchemaForm } from '../parts/form.ts'
import { problemText } from '../parts/problem-text.ts'
import type { ProvisionProblem } from '../session/problem.ts'
import { certificateView, fingerprintView } from './card-view.ts'
import type { FormJob, Job, Step } from './configuration.machine.ts'
import type { Say } from './words.ts'

interface Around {
  readonly localize: Localize
  readonly say: Say
  readonly form: SchemaForm
  readonly said: string
  readonly filled: (event: SubmitEvent) => void
  readonly confirm: () => void
  readonly cancel: () => void
}

/** What the dialog shows at a step; nothing where there is no dialog. */
export function stepView(step: Step, around: Around): DialogContent | undefined {
  const { localize, say, said, confirm } = around
  switch (step.at) {
    case 'viewing':
      return undefined
    case 'form':
      return formView(step.job, step.problem, around)
    case 'asking': {
      const { job } = step
      if (job.kind === 'enable' || job.kind === 'choose') return undefined
      return {
        key: 'asking',
        heading: say(`${job.kind}_heading`, { name: job.configuration.label }),
        alert: true,
        said,
        content: html`<p>${say(`${job.kind}_text`)}</p>
          ${
            job.kind === 'trust' || job.configuration.services === 0
              ? nothing
              : html`<p>${say('services_some', { count: job.configuration.services })}.</p>`
          }
          ${job.kind === 'trust' ? trustView(job, around) : nothing}
          <div class="row end">
            ${cancelButton(around, 'cancel')}
            <button
              type="button"
              class=${job.kind === 'remove' ? 'danger solid' : 'highlight'}
              @click=${confirm}
            >
              ${say(job.kind)}
            </button>
          </div>`,
      }
    }
    case 'sending':
      return step.quiet
        ? undefined
        : {
            key: 'sending',
            heading: localize.text('sending'),
            said: said || localize.text('sending'),
            content: html`<p class="muted">${localize.text('sending_more')}</p>`,
          }
    case 'refused': {
      const isUnsure = step.problem.status === 0 && step.problem.code === 'offline'
      return {
        key: 'refused',
        heading: say(isUnsure ? 'unsure_heading' : 'refused_heading'),
        said: problemText(localize, step.problem),
        content: html`${problemView(localize, step.problem)}
          ${isUnsure ? html`<p>${say('unsure')}</p>` : nothing}
          <div class="row end">${cancelButton(around, 'close')}</div>`,
      }
    }
  }
}

function cancelButton({ localize, cancel }: Around, word: 'cancel' | 'close'): TemplateResult {
  return html`<button type="button" @click=${cancel}>${localize.text(word)}</button>`
}

function formView(
  job: FormJob,
  problem: ProvisionProblem | undefined,
  around: Around,
): DialogContent {
  const { localize, say, form, filled, said } = around
  const isAdd = job.kind === 'add'
  const isFixed = !isAdd && job.configuration.services > 0
  return {
    key: 'form',
    heading: isAdd ? say('add_heading') : say('edit_heading', { name: job.configuration.label }),
    said,
    content: html`<form novalidate method="dialog" autocomplete="off" @submit=${filled}>
      ${problem === undefined ? nothing : html`<p class="fault">${problemText(localize, problem)}</p>`}
      ${isFixed ? html`<p class="muted">${say('fixed')}</p>` : nothing} ${form.render()}
      <div class="row end">
        ${cancelButton(around, 'cancel')}
        <button class="highlight">${say(isAdd ? 'add' : 'save')}</button>
      </div>
    </form>`,
  }
}

function trustView(
  { configuration: { pin }, certificate }: Extract<Job, { kind: 'trust' }>,
  { localize, say }: Around,
): TemplateResult {
  const other =
    pin !== undefined && 'fingerprint' in pin && pin.fingerprint !== certificate.fingerprint
      ? pin.fingerprint
      : undefined
  return html`<p>${say('next_certificate')}</p>
    ${
      other === undefined
        ? nothing
        : html`<p class="fault">${say('trust_other')}</p>
          <p>${fingerprintView(other)}</p>`
    }
    ${certificateView(localize, say, certificate)}`
}

/** A problem in words, with all that is wrong and its number for whoever is asked about it. */
export function problemView(localize: Localize, problem: ProvisionProblem): TemplateResult {
  return html`<p class="fault" part="fault">${problemText(localize, problem)}</p>
    ${problem.errors.map(({ text }) => html`<p class="fault">${text}</p>`)}
    ${
      problem.requestId === undefined
        ? nothing
        : html`<p class="muted">${localize.text('request_id', { id: problem.requestId })}</p>`
    }`
}
